namespace CodexRouter.Cli

/// What commands can do in one home.
type ProtectedHomeDto =
    {
        Home: string
        Profile: string option
        Protected: bool
        Readable: string list
    }

/// What `protect` answers.
type ProtectDto =
    {
        Schema: int
        Changed: bool
        Protected: bool
        Homes: ProtectedHomeDto list
    }

/// How answers about the reach of commands are written.
[<RequireQualifiedAccess>]
module ProtectShapes =

    let private home: Shape<ProtectedHomeDto> =
        Shape.object
            [
                Shape.field "home" "the Codex home" Shape.text _.Home
                Shape.field
                    "profile"
                    "the profile whose home it is; null for the root"
                    (Shape.orNull Shape.text)
                    _.Profile
                Shape.field
                    "protected"
                    "whether a command that Codex runs there can read no sign-in"
                    Shape.flag
                    _.Protected
                Shape.field "readable" "the sign-ins that such a command can read" (Shape.list Shape.text) _.Readable
            ]

    /// What `protect` answers.
    let protect: Shape<ProtectDto> =
        Shape.object
            [
                Shape.field "schema" "the version of the format: 1" Shape.integer _.Schema
                Shape.field "changed" "whether Codex's settings were changed" Shape.flag _.Changed
                Shape.field "protected" "whether all homes are protected" Shape.flag _.Protected
                Shape.field "homes" "the root, and each profile's home" (Shape.list home) _.Homes
            ]
