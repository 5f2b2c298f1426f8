namespace CodexRouter.Core

/// What is to be done, in this order.
type Plan = PlanStep list

[<RequireQualifiedAccess>]
module Plan =

    /// A step that the rest of the plan rests on.
    val step: why: string -> action: Action -> PlanStep

    /// Gives the same steps as ones that nothing rests on: what follows once the deed is done.
    val following: plan: Plan -> Plan

    /// Gives the paths that a change is about.
    val pathsOf: action: Action -> string list

    /// Gives the folders that are there already and that a plan makes, renames or removes something in. A second name
    /// and a copy only change the folder of the new name.
    val foldersChanged: files: FileSystem -> plan: Plan -> string list

    /// Makes the changes in order and stops at the first needed one that fails; gives what else failed, in words. A plan that
    /// fails leaves no second name of a sign-in.
    val run: files: FileSystem -> plan: Plan -> Result<string list, string>
