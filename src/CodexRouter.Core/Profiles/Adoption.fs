namespace CodexRouter.Core

/// The parts that plans are put together from: how a sign-in gets a second name, becomes a profile's, or is kept aside.
/// A sign-in's
/// file is linked and renamed; only where a file can have no second name it is copied, and the first is removed before
/// the copy is used.
[<RequireQualifiedAccess>]
module Adoption =

    /// The name in a profile's home under which a sign-in waits for the rename over the old one.
    let incoming root name =
        Layout.(/) (Layout.home root name) ".auth.json.incoming"

    /// Gives a free name for a sign-in that something newer replaces.
    let keptFile (situation: Situation) owner =
        let kept = Layout.kept situation.Root

        let rec free attempt =
            let suffix = if attempt = 1 then "" else "-" + string<int> attempt
            let path = Layout.(/) kept (owner + "-" + situation.Stamp + suffix + ".json")

            if situation.Files.Look path = Entry.Missing then
                path
            else
                free (attempt + 1)

        free 1

    /// Gives the steps that give a file a second name among the kept ones.
    let keepAside situation owner file why : Plan =
        [
            Action.MakeFolder(Layout.kept situation.Root)
            |> Plan.step "replaced sign-ins are kept here"
            Action.Bring(file, keptFile situation owner) |> Plan.step why
        ]

    /// Gives the steps that take away one name of a sign-in: it is removed when the file is known under another name, and
    /// kept aside otherwise.
    let retire (situation: Situation) owner path (known: FileId list) : Plan =
        match situation.Files.Look path with
        | Entry.Missing -> []
        | Entry.File id when not (List.contains id known) ->
            [
                Action.MakeFolder(Layout.kept situation.Root)
                |> Plan.step "replaced sign-ins are kept here"
                Action.Move(path, keptFile situation owner)
                |> Plan.step "left by an interrupted change; nothing else holds it"
            ]
        // Nobody can tell what it is: it stays.
        | Entry.Other -> []
        | Entry.File _
        | Entry.Link _
        | Entry.Folder ->
            [
                Action.Remove path
                |> Plan.step "left by an interrupted change; the file has another name"
            ]

    /// Gives the steps that make the root's auth.json a link to a profile's sign-in, and say so to people and older
    /// tools. What is not as it should be is changed; what is stays.
    let pointAt (situation: Situation) (live: Live) name : Plan =
        let root = situation.Root

        let place over why =
            [
                Action.PlaceLink(Layout.live root, Layout.target name, over) |> Plan.step why
            ]

        let link =
            match live with
            | Live.Current(current, _) when current = name -> []
            | Live.Current(_, id)
            | Live.Elsewhere(_, id) -> place (Some id) "one rename makes it the current sign-in"
            | Live.Loose(id, _) -> place (Some id) "a link takes the file's place"
            | Live.Missing
            | Live.InTheWay -> place None "Codex finds the profile's sign-in through a link"

        if Observed.marked situation.Files root = Some name then
            link
        else
            link
            @ Plan.following
                [
                    Action.Write(Layout.marker root, Content.Text(ProfileName.value name + "\n"))
                    |> Plan.step "people and older tools read the current profile's name here"
                ]

    /// Gives the steps that make a profile current, and remember which one was before.
    let makeCurrent (situation: Situation) (live: Live) (before: ProfileName option) name : Plan =
        let previous =
            match before with
            | Some before when
                before <> name
                && Observed.previous situation.Files situation.Root <> Some before
                ->
                [
                    Action.Write(Layout.previous situation.Root, Content.Text(ProfileName.value before + "\n"))
                    |> Plan.step "so that `switch -` finds its way back"
                ]
            | _ -> []

        pointAt situation live name @ Plan.following previous

    /// Gives the step that takes a file's own name away, once it stands at another.
    let takeAway file other : Plan =
        [
            Action.TakeAway(file, other)
            |> Plan.step "there is one live copy: the file goes before the profile can be used"
        ]

    /// Gives the steps after which a profile's file is the file that is at a path now. The one it replaces is kept. A
    /// file that is to go is gone before the profile has it.
    let replaceSignIn (situation: Situation) (profile: Profile) file goes : Plan =
        let root = situation.Root
        let own = Layout.signIn root profile.Name
        let waiting = incoming root profile.Name

        let known =
            [ situation.Files.Look own; situation.Files.Look file ]
            |> List.choose Entry.file

        let clear =
            retire situation (ProfileName.value profile.Name + "-incoming") waiting known

        let keep =
            match profile.Stored with
            | Stored.Missing -> []
            | Stored.SignIn _
            | Stored.Damaged _
            | Stored.Unreadable _
            | Stored.InTheWay -> keepAside situation (ProfileName.value profile.Name) own "the replaced sign-in is kept"

        clear
        @ keep
        @ [
            Action.Bring(file, waiting)
            |> Plan.step "the file gets a name beside its place in the profile"
        ]
        @ (if goes then takeAway file waiting else [])
        @ [ Action.MoveOver(waiting, own) |> Plan.step "one rename puts it in its place" ]

    /// Gives the steps that settle a loose auth.json of an identity that a profile holds: the newer of the two becomes the
    /// profile's, the other is kept aside. The loose file's own name is left for a link to take.
    let takeBack (situation: Situation) (profile: Profile) (id: FileId) (loose: SignIn) : Plan =
        let file = Layout.live situation.Root

        match profile.Stored with
        | Stored.SignIn(own, _) when own = id -> []
        | Stored.SignIn(_, held) when not (SignIn.isNewer loose held) ->
            keepAside situation (ProfileName.value profile.Name) file "the profile's own sign-in is the newer one"
        | Stored.SignIn _
        | Stored.Missing
        | Stored.Damaged _
        | Stored.Unreadable _
        | Stored.InTheWay -> replaceSignIn situation profile file false

    /// Gives the steps that write a profile's record, if it is not that already.
    let remember (situation: Situation) (profile: Profile) (record: ProfileRecord) : Plan =
        if profile.Record = Some record then
            []
        else
            [
                Action.Write(Layout.record situation.Root profile.Name, Content.Record record)
                |> Plan.step "what is known of the profile"
            ]
