namespace CodexRouter.Core

open System

[<RequireQualifiedAccess>]
type Judgement =
    | Allowed
    | Denied
    | Unknown

[<RequireQualifiedAccess>]
type TrustRefusal =
    | NotAbsolute
    | ControlCharacter
    | NotText

type Trust = { Entries: Map<string, bool> }

[<RequireQualifiedAccess>]
module Trust =

    [<Literal>]
    let Heading =
        "# Pins that codex-router may follow. Written by: codex-router allow, deny, pin, unpin."

    [<Literal>]
    let Allow = "allow"

    [<Literal>]
    let Deny = "deny"

    let empty: Trust = { Entries = Map.empty }

    let recordable (path: string) =
        if not (path.StartsWith '/') then
            Error TrustRefusal.NotAbsolute
        elif path |> Seq.exists (fun character -> character < ' ' || character = '\127') then
            Error TrustRefusal.ControlCharacter
        elif path |> Seq.exists (fun character -> character = '\uFFFD') then
            Error TrustRefusal.NotText
        else
            Ok path

    // The pin first: it holds no tab, so that nothing in a path can be taken for it.
    let key pin path = Pin.text pin + "\t" + path

    let set verdict path pin trust =
        recordable path
        |> Result.map (fun path ->
            {
                Entries = trust.Entries |> Map.add (key pin path) verdict
            })

    let allow path pin trust = set true path pin trust

    let deny path pin trust = set false path pin trust

    let forget (path: string) trust =
        {
            Entries =
                trust.Entries
                |> Map.filter (fun key _ -> key.Substring(key.IndexOf '\t' + 1) <> path)
        }

    let judge path pin trust =
        match trust.Entries |> Map.tryFind (key pin path) with
        | Some true -> Judgement.Allowed
        | Some false -> Judgement.Denied
        | None -> Judgement.Unknown

    // Only the spelling that `render` writes: what the hook would not find must not count here either.
    let entry (line: string) =
        match line.Split('\t', 3) with
        | [| verdict; text; path |] when verdict = Allow || verdict = Deny ->
            match Pin.ofLine text, recordable path with
            | Ok pin, Ok path when Pin.text pin = text -> Some(key pin path, (verdict = Allow))
            | _ -> None
        | _ -> None

    let parse (text: string) : Trust =
        {
            Entries = text.Split '\n' |> Seq.choose entry |> Map.ofSeq
        }

    let render trust =
        let line (KeyValue(key, allowed)) =
            (if allowed then Allow else Deny) + "\t" + key + "\n"

        Heading + "\n" + String.Concat(Seq.map line trust.Entries)

    let explain refusal =
        match refusal with
        | TrustRefusal.NotAbsolute -> "the path is not absolute"
        | TrustRefusal.ControlCharacter -> "the folder's path holds a control character: rename it first"
        | TrustRefusal.NotText -> "the folder's path is not UTF-8: rename it first"
