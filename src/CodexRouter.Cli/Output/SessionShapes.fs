namespace CodexRouter.Cli

open CodexRouter.Core

/// A session, for programs.
type SessionDto =
    {
        Id: string
        BegunAt: string option
        LastUsedAt: string
        Directory: string option
        Title: string option
        Profile: string option
        BegunWith: string
        OtherProfiles: string list
        Email: string option
        AccountId: string option
        Archived: bool
        ForkedFrom: string option
        Source: string option
        Log: string
    }

type SessionsDto =
    {
        Schema: int
        Sessions: SessionDto list
    }

/// How answers about sessions are written.
[<RequireQualifiedAccess>]
module SessionShapes =

    let private session: Shape<SessionDto> =
        Shape.object
            [
                Shape.field "id" "Codex's id for it" Shape.text _.Id
                Shape.field "begun_at" "when it was started" (Shape.orNull Shape.time) _.BegunAt
                Shape.field "last_used_at" "when its log was last written to" Shape.time _.LastUsedAt
                Shape.field "directory" "where it was started" (Shape.orNull Shape.text) _.Directory
                Shape.field
                    "title"
                    "its name, else the first message; shortened, with possible tokens hidden"
                    (Shape.orNull Shape.text)
                    _.Title
                Shape.field "profile" "the profile that started it" (Shape.orNull Shape.text) _.Profile
                Shape.field
                    "begun_with"
                    "how the profile was determined: `account`: by the account in the log; `home`: by the only home that has the log; `other_account`: no profile has the account; `not_known`: the log names no account"
                    (Shape.word BegunWith.words)
                    _.BegunWith
                Shape.field
                    "other_profiles"
                    "other profiles of the same account, which may also have started it"
                    (Shape.list Shape.text)
                    _.OtherProfiles
                Shape.field "email" "the e-mail address of the profile's account" (Shape.orNull Shape.text) _.Email
                Shape.field
                    "account_id"
                    "the account that Codex recorded in the log"
                    (Shape.orNull Shape.text)
                    _.AccountId
                Shape.field "archived" "whether it is archived" Shape.flag _.Archived
                Shape.field "forked_from" "the session that it was forked from" (Shape.orNull Shape.text) _.ForkedFrom
                Shape.field
                    "source"
                    "which kind of client started it, in Codex's own words"
                    (Shape.orNull Shape.text)
                    _.Source
                Shape.field "log" "the path of its log" Shape.text _.Log
            ]

    /// What `sessions` answers.
    let sessions: Shape<SessionsDto> =
        Shape.object
            [
                Shape.field "schema" "the version of the format: 1" Shape.integer _.Schema
                Shape.field "sessions" "the sessions, most recently used first" (Shape.list session) _.Sessions
            ]
