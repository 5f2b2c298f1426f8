namespace CodexRouter.Cli

open CodexRouter.Core

/// How each answer is written, and what each of its fields tells.
[<RequireQualifiedAccess>]
module AnswerShapes =

    let private schema get =
        Shape.field "schema" "the version of the format: 1" Shape.integer get

    let private overriddenBy get =
        Shape.field
            "overridden_by"
            "the environment variables that make Codex use something other than the profile's sign-in"
            (Shape.list Shape.text)
            get

    let private because get =
        Shape.field
            "because"
            "what decides: a pin, `use` in this terminal, the root's current profile, or CODEX_HOME"
            (Shape.word Because.words)
            get

    let private state = Shape.word Health.words

    let private window: Shape<WindowDto> =
        Shape.object
            [
                Shape.field "limit" "the provider's name for the limit" Shape.text _.Limit
                Shape.field "label" "its name in this program: 5h, week, month" Shape.text _.Label
                Shape.field "minutes" "the window's length in minutes" (Shape.orNull Shape.integer) _.Minutes
                Shape.field "used_percent" "how much is used, in percent" (Shape.orNull Shape.number) _.UsedPercent
                Shape.field "left_percent" "how much is left, in percent" (Shape.orNull Shape.number) _.LeftPercent
                Shape.field "resets_at" "when it resets" (Shape.orNull Shape.time) _.ResetsAt
                Shape.field
                    "state"
                    "`current`: the figure still counts; `reset`: the window has reset since it was read; `unknown`: there is no figure"
                    (Shape.word WindowState.words)
                    _.State
            ]

    let private credits: Shape<CreditsDto> =
        Shape.object
            [
                Shape.field
                    "balance"
                    "the remaining credits, as the provider writes the amount"
                    (Shape.orNull Shape.text)
                    _.Balance
                Shape.field "unlimited" "whether the credits are unlimited" Shape.flag _.Unlimited
            ]

    let private spend: Shape<SpendDto> =
        Shape.object
            [
                Shape.field "reached" "whether the spending limit is reached" Shape.flag _.Reached
                Shape.field "limit" "the limit, as the provider writes the amount" (Shape.orNull Shape.text) _.Limit
                Shape.field "used" "the amount spent, as the provider writes it" (Shape.orNull Shape.text) _.Used
                Shape.field
                    "used_percent"
                    "how much of it is spent, in percent"
                    (Shape.orNull Shape.number)
                    _.UsedPercent
                Shape.field "resets_at" "when it resets" (Shape.orNull Shape.time) _.ResetsAt
            ]

    let private quota: Shape<QuotaDto> =
        Shape.object
            [
                Shape.field "plan" "the plan's name" (Shape.orNull Shape.text) _.Plan
                Shape.field
                    "source"
                    "where the figures come from; `cache` means figures that were stored earlier"
                    (Shape.word ((Source.all |> List.map Source.word) @ [ AnswerWords.Cache ]))
                    _.Source
                Shape.field "fetched_at" "when they were read" Shape.time _.FetchedAt
                Shape.field "age_seconds" "how old they are, in seconds" Shape.integer64 _.AgeSeconds
                Shape.field "stale" "whether they are older than `stale_after_minutes`" Shape.flag _.Stale
                Shape.field
                    "left_percent"
                    "what is left in the window with the least left, in percent"
                    (Shape.orNull Shape.number)
                    _.LeftPercent
                Shape.field "unlimited" "whether the account has no limits" Shape.flag _.Unlimited
                Shape.field "limit_reached" "whether Codex would refuse to work now" Shape.flag _.LimitReached
                Shape.field
                    "reached_type"
                    "the provider's name for the kind of limit that was reached"
                    (Shape.orNull Shape.text)
                    _.ReachedType
                Shape.field
                    "blocked_by"
                    "the label of the window that makes Codex refuse to work; `spend` is the spending limit"
                    (Shape.orNull Shape.text)
                    _.BlockedBy
                Shape.field "blocked_until" "when that window resets" (Shape.orNull Shape.time) _.BlockedUntil
                Shape.field "windows" "the windows of the plan and of extra limits" (Shape.list window) _.Windows
                Shape.field "credits" "purchased credits" (Shape.orNull credits) _.Credits
                Shape.field "spend" "a workspace's spending limit" (Shape.orNull spend) _.Spend
                Shape.field
                    "reset_credits"
                    "how many times a window can be reset on request"
                    (Shape.orNull Shape.integer)
                    _.ResetCredits
            ]

    let private fault: Shape<QuotaFaultDto> =
        Shape.object
            [
                Shape.field "code" "a fixed identifier" (Shape.word ProblemCode.words) _.Code
                Shape.field "message" "what happened" Shape.text _.Message
            ]

    let private profileQuota: Shape<ProfileQuotaDto> =
        Shape.object
            [
                Shape.field "name" "the profile" Shape.text _.Name
                Shape.field "quota" "its figures" (Shape.orNull quota) _.Quota
                Shape.field "error" "why there is no newer figure" (Shape.orNull fault) _.Error
            ]

    /// What `quota` answers.
    let quotas: Shape<QuotasDto> =
        Shape.object
            [
                schema _.Schema
                Shape.field "profiles" "the requested profiles" (Shape.list profileQuota) _.Profiles
            ]

    /// What `guard` answers.
    let guard: Shape<GuardDto> =
        Shape.object
            [
                schema _.Schema
                Shape.field "profile" "the profile" Shape.text _.Profile
                Shape.field
                    "enough"
                    "whether enough is left; null when it is not known"
                    (Shape.orNull Shape.flag)
                    _.Enough
                Shape.field "left_percent" "how much is left, in percent" (Shape.orNull Shape.number) _.LeftPercent
                Shape.field "needed_percent" "how much must be left, in percent" Shape.number _.NeededPercent
                Shape.field "window" "the window that was checked" Shape.text _.Window
                Shape.field
                    "empty_at"
                    "when the window would be empty at the pace of the last hour; null unless that is sooner than `--lasts` requires"
                    (Shape.orNull Shape.time)
                    _.EmptyAt
                Shape.field "reason" "why it is not known" (Shape.orNull Shape.text) _.Reason
                overriddenBy _.OverriddenBy
            ]

    let private profile: Shape<ProfileDto> =
        Shape.object
            [
                Shape.field "name" "the profile's name" Shape.text _.Name
                Shape.field "aliases" "its other names" (Shape.list Shape.text) _.Aliases
                Shape.field
                    "kind"
                    "what kind of sign-in it is"
                    (Shape.orNull (Shape.word (SignInKind.all |> List.map SignInKind.word)))
                    _.Kind
                Shape.field "email" "the e-mail address of the account" (Shape.orNull Shape.text) _.Email
                Shape.field "plan" "the plan named in the sign-in" (Shape.orNull Shape.text) _.Plan
                Shape.field "account_id" "the id of the account or workspace" (Shape.orNull Shape.text) _.AccountId
                Shape.field "user_id" "the id of the person" (Shape.orNull Shape.text) _.UserId
                Shape.field
                    "own"
                    "the parts of its home that it does not share with the root"
                    (Shape.list (Shape.word HomeGroup.words))
                    _.Own
                Shape.field "current" "whether it is the current profile" Shape.flag _.Current
                Shape.field "active" "whether it applies here" Shape.flag _.Active
                Shape.field "state" "the health of its sign-in" state _.State
                Shape.field "last_refresh" "when Codex last renewed it" (Shape.orNull Shape.time) _.LastRefresh
                Shape.field "expires_at" "when its access token expires" (Shape.orNull Shape.time) _.ExpiresAt
                Shape.field
                    "quota"
                    "the last figures read; the command does not ask for new ones"
                    (Shape.orNull quota)
                    _.Quota
            ]

    /// What `list` answers.
    let list: Shape<ListDto> =
        Shape.object
            [
                schema _.Schema
                Shape.field "root" "the Codex root" Shape.text _.Root
                Shape.field "current" "the current profile" (Shape.orNull Shape.text) _.Current
                Shape.field "profiles" "all profiles" (Shape.list profile) _.Profiles
            ]

    /// What `current` answers.
    let current: Shape<CurrentDto> =
        Shape.object
            [
                schema _.Schema
                Shape.field "profile" "the profile that applies here" (Shape.orNull profile) _.Profile
                because _.Because
                Shape.field "pin" "the pin file that decides" (Shape.orNull Shape.text) _.Pin
                Shape.field "codex_home" "the home that Codex would use if it were started here" Shape.text _.CodexHome
                overriddenBy _.OverriddenBy
            ]

    let private steps =
        let step: Shape<StepDto> =
            Shape.object
                [
                    Shape.field "step" "what is done" Shape.text _.Step
                    Shape.field "why" "the reason" Shape.text _.Why
                ]

        Shape.list step

    /// What `switch` answers.
    let switch: Shape<SwitchDto> =
        Shape.object
            [
                schema _.Schema
                Shape.field "from" "the profile that was current" (Shape.orNull Shape.text) _.From
                Shape.field "to" "the profile that is current now" Shape.text _.To
                Shape.field "changed" "whether anything was changed" Shape.flag _.Changed
                Shape.field "steps" "the steps; with --dry-run those that would be done" steps _.Steps
            ]

    /// What `restore` answers without a name.
    let sealedCopies: Shape<SealedCopiesDto> =
        let copy: Shape<SealedCopyDto> =
            Shape.object
                [
                    Shape.field "name" "the profile" Shape.text _.Name
                    Shape.field "email" "the e-mail address of the account" (Shape.orNull Shape.text) _.Email
                    Shape.field "sealed_at" "when it was copied" Shape.time _.SealedAt
                    Shape.field "same_as_live" "whether the profile has that sign-in now" Shape.flag _.SameAsLive
                ]

        Shape.object
            [
                schema _.Schema
                Shape.field "copies" "the sealed copies" (Shape.list copy) _.Copies
            ]

    /// What commands answer that change a profile.
    let change: Shape<ChangeDto> =
        Shape.object
            [
                schema _.Schema
                Shape.field "profile" "the profile; after `rename`, its new name" Shape.text _.Profile
                Shape.field "changed" "whether anything was changed" Shape.flag _.Changed
                Shape.field "steps" "the steps that were taken" steps _.Steps
            ]

    /// What commands answer that change a pin.
    let pin: Shape<PinDto> =
        Shape.object
            [
                schema _.Schema
                Shape.field "pin" "the file" Shape.text _.Pin
                Shape.field "text" "its content; null after it was removed" (Shape.orNull Shape.text) _.Text
                Shape.field
                    "allowed"
                    "whether it is allowed; null after it was removed"
                    (Shape.orNull Shape.flag)
                    _.Allowed
                Shape.field "changed" "whether anything was changed" Shape.flag _.Changed
            ]

    /// What `which` answers.
    let which: Shape<WhichDto> =
        Shape.object
            [
                schema _.Schema
                Shape.field "directory" "the directory in question" Shape.text _.Directory
                Shape.field "profile" "the profile that applies there" (Shape.orNull Shape.text) _.Profile
                because _.Because
                Shape.field "pin" "the pin file that decides" (Shape.orNull Shape.text) _.Pin
                Shape.field
                    "allowed"
                    "whether the pin file is allowed; null if no pin decides"
                    (Shape.orNull Shape.flag)
                    _.Allowed
                Shape.field "state" "the health of the profile's sign-in" (Shape.orNull state) _.State
                Shape.field "codex_home" "the home that Codex would use if it were started there" Shape.text _.CodexHome
                overriddenBy _.OverriddenBy
                Shape.field
                    "looked_at"
                    "every pin file that was looked for, the nearest first"
                    (Shape.list Shape.text)
                    _.LookedAt
            ]

    /// What `config` answers.
    let config: Shape<ConfigDto> =
        let setting: Shape<SettingDto> =
            Shape.object
                [
                    Shape.field "key" "the setting's name" Shape.text _.Key
                    Shape.field "value" "its value" Shape.text _.Value
                    Shape.field
                        "default"
                        "its default value; null for a fallback rule"
                        (Shape.orNull Shape.text)
                        _.Default
                    Shape.field "is_set" "whether it comes from the file" Shape.flag _.IsSet
                ]

        Shape.object
            [
                schema _.Schema
                Shape.field "file" "the file" Shape.text _.File
                Shape.field "settings" "every setting" (Shape.list setting) _.Settings
                Shape.field "faults" "the entries in the file that cannot be used" (Shape.list Shape.text) _.Faults
            ]

    /// What `doctor` answers.
    let doctor: Shape<DoctorDto> =
        let check: Shape<CheckDto> =
            Shape.object
                [
                    Shape.field "id" "a fixed identifier" Shape.text _.Id
                    Shape.field "ok" "whether this check passed" Shape.flag _.Ok
                    Shape.field "message" "what was found" Shape.text _.Message
                    Shape.field "fix" "the command that helps" (Shape.orNull Shape.text) _.Fix
                    Shape.field "fixed" "whether --fix has repaired it" Shape.flag _.Fixed
                ]

        Shape.object
            [
                schema _.Schema
                Shape.field "ok" "whether every check passed" Shape.flag _.Ok
                Shape.field "checks" "the checks" (Shape.list check) _.Checks
            ]

    /// What any command answers when it fails.
    let error: Shape<ErrorDto> =
        let body: Shape<ErrorBody> =
            Shape.object
                [
                    Shape.field "code" "a fixed identifier" (Shape.word ProblemCode.words) _.Code
                    Shape.field "message" "what happened" Shape.text _.Message
                    Shape.field "try" "what to do" Shape.text _.Try
                ]

        Shape.object
            [
                schema _.Schema
                Shape.field "error" "the failure; the exit code tells its kind" body _.Error
            ]

    /// All of them, by the command line that is answered so.
    let all =
        [
            "list --json", list.Type
            "current --json", current.Type
            "which --json", which.Type
            "switch NAME --json", switch.Type
            "restore --json", sealedCopies.Type
            "save, login, delete, rename, alias and restore, with NAME and --json", change.Type
            "pin, unpin, allow and deny, with --json", pin.Type
            "quota --json", quotas.Type
            "guard and wait, with --min-left PERCENT and --json", guard.Type
            "sessions --json", SessionShapes.sessions.Type
            "hooks --json", HookShapes.hooks.Type
            "protect --json", ProtectShapes.protect.Type
            "share --json", HomeShapes.share.Type
            "share NAME --json, also with --own or --common", HomeShapes.parts.Type
            "config --json", config.Type
            "doctor --json", doctor.Type
            "any command that fails, with --json", error.Type
        ]
