namespace CodexRouter.Core

open System
open System.Net

/// Why an address is not asked for figures.
[<RequireQualifiedAccess>]
type EndpointFault =
    | NotAnAddress
    /// A token would be sent to somebody who has no business with it.
    | NotOfficial of host: string
    /// A token would cross the network in clear.
    | NotEncrypted of host: string

/// Where the provider's usage service is, by `chatgpt_base_url` of Codex's settings, as Codex 0.169 finds it.
[<RequireQualifiedAccess>]
module UsageEndpoint =

    /// What Codex uses when its settings name nothing.
    [<Literal>]
    let DefaultBase = "https://chatgpt.com/backend-api/"

    /// Hosts of the provider; their subdomains are the provider's too.
    let private official = [ "chatgpt.com"; "openai.com" ]

    let private isOfficial (host: string) =
        official
        |> List.exists (fun domain ->
            host.Equals(domain, StringComparison.OrdinalIgnoreCase)
            || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase))

    /// Tells whether an address is this machine itself: 127.0.0.0/8, ::1 or localhost. A token may go there in clear, and no
    /// proxy is asked for it.
    let isLoopback (uri: Uri) =
        uri.IdnHost.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || match IPAddress.TryParse uri.IdnHost with
           | true, (NonNull address) -> IPAddress.IsLoopback address
           | _ -> false

    let private trusted (uri: Uri) =
        if
            isLoopback uri
            && (uri.Scheme = Uri.UriSchemeHttp || uri.Scheme = Uri.UriSchemeHttps)
        then
            Ok uri
        elif not (isOfficial uri.Host) then
            Error(EndpointFault.NotOfficial uri.Host)
        elif uri.Scheme <> Uri.UriSchemeHttps then
            Error(EndpointFault.NotEncrypted uri.Host)
        else
            Ok uri

    /// Codex completes the bare address of the provider's site.
    let private completed (address: string) =
        let address = address.Trim().TrimEnd '/'

        if
            (address.StartsWith("https://chatgpt.com", StringComparison.Ordinal)
             || address.StartsWith("https://chat.openai.com", StringComparison.Ordinal))
            && not (address.Contains("/backend-api", StringComparison.Ordinal))
        then
            address + "/backend-api"
        else
            address

    /// Gives the address to ask, or why a token may not go there.
    let ofBase (address: string) : Result<Uri, EndpointFault> =
        let address = completed address

        let path =
            if address.Contains("/backend-api", StringComparison.Ordinal) then
                "/wham/usage"
            else
                "/api/codex/usage"

        match Uri.TryCreate(address + path, UriKind.Absolute) with
        | true, (NonNull uri) when uri.Host <> "" && uri.UserInfo = "" && uri.Fragment = "" && uri.Query = "" ->
            trusted uri
        | _ -> Error EndpointFault.NotAnAddress
