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
                Shape.field "begun_at" "when it was begun" (Shape.orNull Shape.time) _.BegunAt
                Shape.field "last_used_at" "when something was written to its log last" Shape.time _.LastUsedAt
                Shape.field "directory" "where it was begun" (Shape.orNull Shape.text) _.Directory
                Shape.field
                    "title"
                    "its name, else what was typed first; shortened, without what may be a token"
                    (Shape.orNull Shape.text)
                    _.Title
                Shape.field "profile" "the profile that it was begun with" (Shape.orNull Shape.text) _.Profile
                Shape.field
                    "begun_with"
                    "how the profile was found: the account in the log; the only home that has the log; the account belongs to no profile; the log names no account"
                    (Shape.word BegunWith.words)
                    _.BegunWith
                Shape.field
                    "other_profiles"
                    "further profiles of the same account, any of which may have begun it"
                    (Shape.list Shape.text)
                    _.OtherProfiles
                Shape.field "email" "whose the profile is" (Shape.orNull Shape.text) _.Email
                Shape.field "account_id" "the account that Codex wrote down" (Shape.orNull Shape.text) _.AccountId
                Shape.field "archived" "whether it is archived" Shape.flag _.Archived
                Shape.field "forked_from" "the session that it was forked from" (Shape.orNull Shape.text) _.ForkedFrom
                Shape.field "source" "what it was started in, in Codex's own term" (Shape.orNull Shape.text) _.Source
                Shape.field "log" "the file" Shape.text _.Log
            ]

    /// What `sessions` answers.
    let sessions: Shape<SessionsDto> =
        Shape.object
            [
                Shape.field "schema" "the version of the format: 1" Shape.integer _.Schema
                Shape.field "sessions" "the sessions, the one used last first" (Shape.list session) _.Sessions
            ]
