namespace CodexRouter.Core

/// Why the provider's service gave no figures.
[<RequireQualifiedAccess>]
type NoFigure =
    /// The host's name could not be resolved: no network, or a network whose names only a proxy knows.
    | NameNotFound
    /// Nobody accepts connections there.
    | NotListening
    | NoConnection
    /// Its certificate is not trusted here, or there is no common protocol.
    | NotSecure
    /// The proxy that the environment names did not connect, or wants a sign-in of its own.
    | ProxyFailed
    | ConnectionLost
    | NotUnderstood
    | TimedOut
    /// An answer in which nothing is recognised.
    | NoneRecognised
    | TooLarge
    /// 402, with the provider's word that the account's workspace was deactivated, or without.
    | PaymentRequired of isDeactivated: bool
    /// 403: of the service, or of a gate before it.
    | Forbidden
    /// 429.
    | TooManyRequests
    | Status of number: int

[<RequireQualifiedAccess>]
module NoFigure =

    /// Says what happened, of a host.
    let words (host: string) reason =
        match reason with
        | NoFigure.NameNotFound -> host + " cannot be reached: its name is not known here"
        | NoFigure.NotListening -> host + " cannot be reached: it accepts no connections"
        | NoFigure.NoConnection -> host + " cannot be reached: no connection came about"
        | NoFigure.ConnectionLost -> host + " cannot be reached: the connection was lost"
        | NoFigure.NotUnderstood -> host + " cannot be reached: what answers there is no such service"
        | NoFigure.NotSecure -> host + " cannot be reached safely: its certificate is not trusted here"
        | NoFigure.ProxyFailed -> "the proxy in the environment does not connect to " + host
        | NoFigure.TimedOut -> host + " did not answer in time"
        | NoFigure.NoneRecognised -> host + " answered without figures"
        | NoFigure.TooLarge -> host + " answered with more than 1 MiB"
        | NoFigure.PaymentRequired true -> host + " says that the account's workspace was deactivated"
        | NoFigure.PaymentRequired false -> host + " answered with status 402: payment is due"
        | NoFigure.Forbidden -> host + " answered with status 403: it does not let this machine or account ask"
        | NoFigure.TooManyRequests -> host + " answered with status 429: too many requests"
        | NoFigure.Status number -> host + " answered with status " + string<int> number

    /// Tells whether the reason may pass by itself.
    let mayPass reason =
        match reason with
        | NoFigure.NotSecure
        | NoFigure.ProxyFailed
        | NoFigure.PaymentRequired _
        | NoFigure.NoneRecognised
        | NoFigure.TooLarge -> false
        | NoFigure.NameNotFound
        | NoFigure.NotListening
        | NoFigure.NoConnection
        | NoFigure.ConnectionLost
        | NoFigure.NotUnderstood
        | NoFigure.TimedOut
        | NoFigure.Forbidden
        | NoFigure.TooManyRequests
        | NoFigure.Status _ -> true

    /// Tells whether Codex may get an answer all the same: it has a proxy, certificates and an identity of its own.
    let mayCodexKnow reason =
        match reason with
        | NoFigure.NameNotFound
        | NoFigure.NoConnection
        | NoFigure.NotSecure
        | NoFigure.ProxyFailed
        | NoFigure.Forbidden -> true
        | NoFigure.NotListening
        | NoFigure.ConnectionLost
        | NoFigure.NotUnderstood
        | NoFigure.TimedOut
        | NoFigure.NoneRecognised
        | NoFigure.TooLarge
        | NoFigure.PaymentRequired _
        | NoFigure.TooManyRequests
        | NoFigure.Status _ -> false
