module CodexRouter.Core.Tests.UsageEndpointTests

open System
open CodexRouter.Core
open Expecto

let private asked address =
    match UsageEndpoint.ofBase address with
    | Ok uri -> uri.AbsoluteUri
    | Error fault -> "refused: " + string<EndpointFault> fault

let private isAsked (address, expected) =
    Expect.equal (asked address) expected ("where " + address + " leads")

let private isRefused fault address =
    Expect.equal (UsageEndpoint.ofBase address) (Error fault) ("what is wrong with " + address)

/// The host of an address by RFC 3986 and by nothing of .NET: what stands between the slashes, without a user or a port.
let private hostOf (uri: string) =
    let afterScheme = uri.Split("://", 2)[1]
    let withUser = afterScheme.Split([| '/'; '?'; '#'; '\\' |])[0]
    let authority = Array.last (withUser.Split '@')

    if authority.StartsWith '[' then
        authority.Substring(0, authority.IndexOf ']' + 1)
    else
        authority.Split(':')[0]

let private isProviders (host: string) =
    host = "chatgpt.com"
    || host = "openai.com"
    || host.EndsWith(".chatgpt.com", StringComparison.Ordinal)
    || host.EndsWith(".openai.com", StringComparison.Ordinal)

let private isThisMachine (host: string) =
    host = "localhost"
    || host.StartsWith("127.", StringComparison.Ordinal)
    || host = "[::1]"
    || host = "[::ffff:127.0.0.1]"

let private schemes =
    [
        "https://"
        "http://"
        "HTTPS://"
        "ftp://"
        "file://"
        "//"
        "https:/"
        "https:"
    ]

let private users =
    [
        ""
        "chatgpt.com@"
        "chatgpt.com:443@"
        "@"
        "user:word@"
        "127.0.0.1\\@"
        "chatgpt.com/@"
        "chatgpt.com%2f@"
        "chatgpt.com#@"
        "chatgpt.com?@"
    ]

let private hosts =
    [
        "chatgpt.com"
        "CHATGPT.com"
        "chat.openai.com"
        "openai.com"
        "chatgpt.com.evil.example"
        "evil.example"
        "evilchatgpt.com"
        "chatgpt.com."
        "chatgpt。com"
        "ｃhatgpt.com"
        "chatgpt.com%2eevil.example"
        "chatgpt.com\\.evil.example"
        "chatgpt.com\t.evil.example"
        "evil.example\\.chatgpt.com"
        "evil.example#.chatgpt.com"
        "evil.example?.chatgpt.com"
        "evil.example/.chatgpt.com"
        "evil.example%00.chatgpt.com"
        "localhost"
        "LOCALHOST"
        "localhost.evil.example"
        "127.0.0.1"
        "127.1"
        "0x7f.1"
        "2130706433"
        "127.0.0.1.evil.example"
        "0.0.0.0"
        "10.0.0.1"
        "[::1]"
        "[::ffff:127.0.0.1]"
        "[::ffff:10.0.0.1]"
        "[::]"
        "[fe80::1%25lo]"
        "xn--chatgpt-.com"
        "*.chatgpt.com"
        ""
    ]

let private rests =
    [
        ""
        ":443"
        ":8443"
        ":0"
        ":99999"
        ":x"
        "/"
        "/backend-api"
        "/backend-api/"
        "/../../"
        "/@evil.example/"
        "?x"
        "#x"
    ]

let tests =
    testList
        "Usage endpoint"
        [
            testCase "the address is completed as Codex completes it" (fun () ->
                [
                    UsageEndpoint.DefaultBase, "https://chatgpt.com/backend-api/wham/usage"
                    "https://chatgpt.com", "https://chatgpt.com/backend-api/wham/usage"
                    "https://chatgpt.com/", "https://chatgpt.com/backend-api/wham/usage"
                    " https://chatgpt.com/backend-api// ", "https://chatgpt.com/backend-api/wham/usage"
                    "https://chat.openai.com", "https://chat.openai.com/backend-api/wham/usage"
                    "https://chat.openai.com/backend-api", "https://chat.openai.com/backend-api/wham/usage"
                    "https://api.openai.com", "https://api.openai.com/api/codex/usage"
                    "http://127.0.0.1:18080", "http://127.0.0.1:18080/api/codex/usage"
                    "http://127.0.0.1:18080/", "http://127.0.0.1:18080/api/codex/usage"
                    "http://127.0.0.1:18080/backend-api/", "http://127.0.0.1:18080/backend-api/wham/usage"
                    "http://127.0.0.1:18080/some/path", "http://127.0.0.1:18080/some/path/api/codex/usage"
                ]
                |> List.iter isAsked)

            testCase "the provider's hosts are asked over https, in any spelling and at any port" (fun () ->
                [
                    "https://CHATGPT.COM/backend-api", "https://chatgpt.com/backend-api/wham/usage"
                    "HTTPS://chatgpt.com/backend-api", "https://chatgpt.com/backend-api/wham/usage"
                    "https://chatgpt.com:443/backend-api", "https://chatgpt.com/backend-api/wham/usage"
                    "https://chatgpt.com:8443/backend-api", "https://chatgpt.com:8443/backend-api/wham/usage"
                    "https://eu.chatgpt.com/backend-api", "https://eu.chatgpt.com/backend-api/wham/usage"
                ]
                |> List.iter isAsked)

            testCase "this machine is asked over http and https, in every spelling of its address" (fun () ->
                [
                    "http://localhost:1/backend-api", "http://localhost:1/backend-api/wham/usage"
                    "http://LOCALHOST:1/backend-api", "http://localhost:1/backend-api/wham/usage"
                    "https://localhost:1/backend-api", "https://localhost:1/backend-api/wham/usage"
                    "http://127.1:1/backend-api", "http://127.0.0.1:1/backend-api/wham/usage"
                    "http://127.255.0.9:1/backend-api", "http://127.255.0.9:1/backend-api/wham/usage"
                    "http://[::1]:1/backend-api", "http://[::1]:1/backend-api/wham/usage"
                ]
                |> List.iter isAsked)

            testCase "anybody else is refused by name" (fun () ->
                for address, host in
                    [
                        "https://chatgpt.com.evil.example", "chatgpt.com.evil.example"
                        "https://chatgpt.com.evil.example/backend-api", "chatgpt.com.evil.example"
                        "https://evil.example/chatgpt.com/backend-api", "evil.example"
                        "https://evil.example/https://chatgpt.com/backend-api", "evil.example"
                        "https://evilchatgpt.com", "evilchatgpt.com"
                        "https://chatgpt.com-evil.example", "chatgpt.com-evil.example"
                        "https://chatgpt.comx", "chatgpt.comx"
                        "https://EVIL.example", "evil.example"
                        "http://evil.example", "evil.example"
                        "https://10.0.0.1/backend-api", "10.0.0.1"
                        "http://0.0.0.0/backend-api", "0.0.0.0"
                        "http://128.0.0.1/backend-api", "128.0.0.1"
                        "http://localhost.evil.example", "localhost.evil.example"
                        "http://127.0.0.1.evil.example", "127.0.0.1.evil.example"
                        "http://[2001:db8::1]/backend-api", "[2001:db8::1]"
                        // Fully qualified, the name is the provider's, but certificates and people know it without the dot.
                        "https://chatgpt.com./backend-api", "chatgpt.com."
                    ] do
                    isRefused (EndpointFault.NotOfficial host) address)

            testCase "the provider's hosts are not asked in clear, or in another way than by https" (fun () ->
                for address, host in
                    [
                        "http://chatgpt.com", "chatgpt.com"
                        "http://chatgpt.com/backend-api", "chatgpt.com"
                        "HTTP://CHAT.OPENAI.COM", "chat.openai.com"
                        "ftp://chatgpt.com", "chatgpt.com"
                        "wss://chatgpt.com", "chatgpt.com"
                    ] do
                    isRefused (EndpointFault.NotEncrypted host) address)

            testCase "what counts as this machine itself" (fun () ->
                for host, expected in
                    [
                        "127.0.0.1", true
                        "127.255.0.3", true
                        "[::1]", true
                        "localhost", true
                        "LocalHost", true
                        "[::ffff:127.0.0.1]", true
                        "localhost.example", false
                        "127.0.0.1.example", false
                        "128.0.0.1", false
                        "0.0.0.0", false
                        "[::2]", false
                        "chatgpt.com", false
                    ] do
                    Expect.equal (UsageEndpoint.isLoopback (Uri("http://" + host + ":1/"))) expected host)

            testCase "what is no plain address, or holds more than one, is none" (fun () ->
                for address in
                    [
                        ""
                        " "
                        "chatgpt.com"
                        "/backend-api"
                        "https://"
                        "https:///backend-api"
                        "file:///etc/passwd"
                        "https://chatgpt.com@evil.example"
                        "https://chatgpt.com:443@evil.example/backend-api"
                        "https://user:word@chatgpt.com/backend-api"
                        "https://user@127.0.0.1/backend-api"
                        "https://chatgpt.com?x=/backend-api"
                        "https://chatgpt.com/backend-api?x"
                        "https://chatgpt.com/backend-api#x"
                        "https://chatgpt.com:99999/backend-api"
                        "https://chatgpt .com/backend-api"
                        "https://evil.example\\.chatgpt.com"
                    ] do
                    isRefused EndpointFault.NotAnAddress address)

            testCase
                "however an address is put together, a token goes to the provider or stays on this machine"
                (fun () ->
                    let all =
                        [
                            for scheme in schemes do
                                for user in users do
                                    for host in hosts do
                                        for rest in rests do
                                            scheme + user + host + rest
                        ]

                    let accepted =
                        all
                        |> List.choose (fun address ->
                            match UsageEndpoint.ofBase address with
                            | Ok uri -> Some(address, uri)
                            | Error _ -> None)

                    // Both what .NET writes and what it connects to.
                    for address, uri in accepted do
                        for host in [ hostOf uri.AbsoluteUri; uri.IdnHost ] do
                            let isSafe =
                                (isProviders host && uri.Scheme = "https")
                                || isThisMachine host
                                || isThisMachine ("[" + host + "]")

                            Expect.isTrue isSafe (address + " leads to " + uri.AbsoluteUri)

                        Expect.equal uri.UserInfo "" address

                    Expect.isGreaterThan accepted.Length 100 "and many are accepted")
        ]
