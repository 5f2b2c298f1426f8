/// The files that the router writes for a prompt, as tests write them.
module CodexRouter.Shell.Tests.PromptFiles

open System
open System.IO
open System.Text
open CodexRouter.Core

let profile (name: string) =
    match ProfileName.create name with
    | Ok name -> name
    | Error _ -> failwith name

/// Writes the file of a profile, which is there then.
let write (sandbox: Sandbox) name (bytes: byte[]) =
    Directory.CreateDirectory(Layout.prompts sandbox.Root) |> ignore
    Directory.CreateDirectory(Layout.home sandbox.Root (profile name)) |> ignore
    File.WriteAllBytes(Layout.prompt sandbox.Root (profile name), bytes)

let latin (text: string) = Encoding.Latin1.GetBytes text

/// The second that it is.
let now () =
    DateTimeOffset.UtcNow.ToUnixTimeSeconds()
