namespace CodexRouter.Core

open System

/// Every alias with the profile that it stands for: one small file that the shell reads in place of all the records.
type AliasIndex =
    private
        {
            Targets: Map<ProfileName, ProfileName>
        }

/// Reads and writes the list of aliases: one line is the alias, a space and the profile's name.
[<RequireQualifiedAccess>]
module AliasIndex =

    /// Holds no alias.
    let empty: AliasIndex = { Targets = Map.empty }

    /// Gives the list of these pairs of alias and name; of two pairs for one alias the last counts.
    let ofPairs (pairs: seq<ProfileName * ProfileName>) : AliasIndex = { Targets = Map.ofSeq pairs }

    /// Gives the pairs of alias and name, in the order of the aliases.
    let pairs (index: AliasIndex) = Map.toList index.Targets

    /// Gives the name of the profile that an alias stands for. The profile need not exist.
    let find alias (index: AliasIndex) = Map.tryFind alias index.Targets

    let private pair (line: string) =
        match line.Split ' ' with
        | [| alias; name |] ->
            match ProfileName.create alias, ProfileName.create name with
            | Ok alias, Ok name -> Some(alias, name)
            | _ -> None
        | _ -> None

    /// Reads the list; lines that it does not know count for nothing.
    let parse (text: string) =
        text.Split '\n' |> Seq.choose pair |> ofPairs

    /// Writes the list.
    let render index =
        pairs index
        |> Seq.map (fun (alias, name) -> ProfileName.value alias + " " + ProfileName.value name + "\n")
        |> String.Concat
