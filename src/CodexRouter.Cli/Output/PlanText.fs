namespace CodexRouter.Cli

open CodexRouter.Core

/// Puts the steps of a plan into words.
[<RequireQualifiedAccess>]
module PlanText =

    /// Gives one step, with the paths that it is about.
    let step action =
        match action with
        | Action.MakeFolder path -> "make folder " + path
        | Action.HardLink(file, name) -> "link " + file + " as " + name
        | Action.Bring(file, name) -> "bring " + file + " to " + name
        | Action.TakeAway(path, _) -> "remove " + path
        | Action.Copy(file, name, _) -> "copy " + file + " to " + name
        | Action.PlaceLink(path, target, _) -> "point " + path + " at " + target
        | Action.Write(path, _) -> "write " + path
        | Action.Move(path, name) -> "rename " + path + " to " + name
        | Action.Exchange(path, name) -> "exchange " + path + " and " + name
        | Action.MoveOver(path, name) -> "rename " + path + " over " + name
        | Action.Remove path -> "remove " + path
        | Action.RemoveTree path -> "remove folder " + path
        | Action.CopyTree(path, name, _) -> "copy " + path + " to " + name
