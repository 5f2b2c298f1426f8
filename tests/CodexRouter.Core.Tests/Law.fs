namespace CodexRouter.Core.Tests

open Expecto
open FsCheck
open FsCheck.FSharp
open CodexRouter.Testing

/// What every law is tried with.
[<RequireQualifiedAccess>]
module Law =

    /// 300 cases each, unless more are asked for.
    let config =
        { FsCheckConfig.defaultConfig with
            maxTest = Project.setting "CODEX_ROUTER_CASES" 300
        }

    /// Gives the test that something holds for everything that a generator gives.
    let over name generator property =
        testPropertyWithConfig config name (Prop.forAll (Arb.fromGen generator) property)
