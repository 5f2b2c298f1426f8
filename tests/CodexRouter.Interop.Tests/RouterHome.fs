namespace CodexRouter.Interop.Tests

open System
open System.IO
open CodexRouter.Core
open CodexRouter.StandIn
open CodexRouter.Testing

/// Lays files out as the router does, without the router: what these tests show is that the real Codex is at home there.
[<RequireQualifiedAccess>]
module RouterHome =

    let private name text =
        match ProfileName.create text with
        | Ok name -> name
        | Error fault -> failwith (ProfileName.explain fault)

    let private restricted = UnixFileMode.UserRead ||| UnixFileMode.UserWrite

    /// Entries of the root that a new profile shares: files, and folders.
    let sharedFiles, sharedFolders =
        HomeLinks.shared (MemoryFiles Disk.empty).Files "/" (HomeGroup.ofProfile false)

    /// Gives a profile's Codex home.
    let home (test: TestHome) profile = Layout.home test.Root (name profile)

    /// Gives the one file that holds a profile's sign-in.
    let signIn (test: TestHome) profile = Layout.signIn test.Root (name profile)

    /// Makes the root: the shared folders, and a configuration that asks the stand-in.
    let createRoot (test: TestHome) service =
        for folder in sharedFolders do
            Directory.CreateDirectory(Path.Combine(test.Root, folder)) |> ignore

        File.WriteAllText(Path.Combine(test.Root, "config.toml"), Codex.configuration service)

    /// Makes a profile's home: links to the root for what is shared, whether it is there yet or not.
    let createProfile (test: TestHome) profile =
        let folder = home test profile
        Directory.CreateDirectory folder |> ignore

        for shared in sharedFiles @ sharedFolders do
            File.CreateSymbolicLink(Path.Combine(folder, shared), "../../" + shared)
            |> ignore

    /// Makes a profile's home and puts a sign-in there.
    let createSignedIn (test: TestHome) profile (signInBytes: byte[]) =
        createProfile test profile
        let file = signIn test profile
        File.WriteAllBytes(file, signInBytes)
        File.SetUnixFileMode(file, restricted)

    /// Points the root's own auth.json at a profile's.
    let makeCurrent (test: TestHome) profile =
        let link = Layout.live test.Root
        File.Delete link
        File.CreateSymbolicLink(link, Layout.target (name profile)) |> ignore

    /// Gives the links of a profile that are links no longer, or are gone.
    let brokenLinks (test: TestHome) profile =
        sharedFiles @ sharedFolders
        |> List.filter (fun shared ->
            let info = FileInfo(Path.Combine(home test profile, shared))
            not (info.LinkTarget = "../../" + shared))

    /// An access token that ended an hour ago: the next Codex that needs it refreshes first.
    let expired () = DateTimeOffset.UtcNow.AddHours -1.0
