namespace CodexRouter.Testing

open System
open System.Text
open CodexRouter.Testing.AuthShape

/// Shapes of auth.json that Codex itself does not write: damaged ones, and those with odd keys, values and identity tokens.
[<RequireQualifiedAccess>]
module OddAuthShapes =

    /// Files that are no auth.json, or only nearly.
    let private texts =
        [
            written Verdict.Refuses "empty file" ""
            written Verdict.Refuses "white space only" "\n\t  \n"
            written chatGpt "{}" "{}"
            written Verdict.Refuses "null" "null"
            written Verdict.Refuses "an empty array" "[]"
            written Verdict.Refuses "an array holding a sign-in" ("[" + usual + "]")
            written apiKey "an array of the fields' values" """["apikey","@KEY",null,null,null,null,null,null]"""
            written Verdict.Refuses "a string" "\"chatgpt\""
            written Verdict.Refuses "a number" "42"
            written Verdict.Refuses "zero bytes, as after a power cut" (String('\000', 600))
            written Verdict.Refuses "cut off in the middle" (usual.Substring(0, usual.Length - 12))
            written chatGpt "a line end after it" (usual + "\n")
            written chatGpt "indented, CR LF line ends" ("\r\n{\r\n\t" + usual.Substring 1 + "\r\n")
            written Verdict.Refuses "a byte order mark before it" ("\uFEFF" + usual)
            made Verdict.Refuses "UTF-16" (fun () ->
                Array.append (Encoding.Unicode.GetPreamble()) (Encoding.Unicode.GetBytes(fill usual)))
            made Verdict.Refuses "UTF-16 without a mark" (fun () -> Encoding.Unicode.GetBytes(fill usual))
            written Verdict.Refuses "words after it" (usual + " saved by hand")
            written Verdict.Refuses "written twice" (usual + usual)
            written Verdict.Refuses "the end of a longer file after it" (usual + "\"2026-01-01T00:00:00Z\"\n}")
            written Verdict.Refuses "a comment in it" ("// mine\n" + usual)
            written Verdict.Refuses "a comma too many" (usual.Substring(0, usual.Length - 1) + ",}")
            written Verdict.Refuses "quoted by apostrophes" (usual.Replace('"', '\''))
            made Verdict.Refuses "bytes that are not UTF-8 in an unknown key" (fun () ->
                Array.concat
                    [
                        utf8 "{\"note\":\""
                        [| 0xFFuy; 0xFEuy |]
                        utf8 "\","
                        utf8 (fill (usual.Substring 1))
                    ])
            made Verdict.Refuses "bytes that are not UTF-8 in a token" (fun () ->
                Array.concat [ utf8 "{\"OPENAI_API_KEY\":\"sk-FAKE-"; [| 0xC3uy; 0x28uy |]; utf8 "\"}" ])
        ]

    /// Right JSON with unusual keys.
    let private keys =
        [
            written
                chatGpt
                "tokens at the root"
                """{"auth_mode":"chatgpt","OPENAI_API_KEY":null,@TOKENS,"last_refresh":"@TIME"}"""
            written
                Verdict.Refuses
                "camelCase keys in tokens"
                """{"auth_mode":"chatgpt","tokens":{"idToken":"@ID","accessToken":"@ACCESS","refreshToken":"@REFRESH","accountId":"@ACCOUNT"},"last_refresh":"@TIME"}"""
            written
                chatGpt
                "camelCase keys everywhere"
                """{"authMode":"chatgpt","openaiApiKey":null,"tokens":{@TOKENS},"lastRefresh":"@TIME"}"""
            written
                chatGpt
                "under a key of its own"
                """{"openai":{"auth_mode":"chatgpt","tokens":{@TOKENS},"last_refresh":"@TIME"}}"""
            written
                Verdict.Refuses
                "tokens twice"
                """{"auth_mode":"chatgpt","tokens":{@TOKENS},"tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written
                Verdict.Refuses
                "account_id twice"
                """{"auth_mode":"chatgpt","tokens":{@TOKENS,"account_id":"acct-other"},"last_refresh":"@TIME"}"""
            written Verdict.Refuses "API key twice" """{"OPENAI_API_KEY":"@KEY","OPENAI_API_KEY":"@KEY"}"""
            written
                chatGpt
                "an unknown key twice"
                """{"note":1,"note":2,"auth_mode":"chatgpt","tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written
                chatGpt
                "unknown keys"
                """{"auth_mode":"chatgpt","profile":"work","tokens":{@TOKENS,"note":{"a":[1,2]}},"last_refresh":"@TIME"}"""
            written
                chatGpt
                "keys written with escapes"
                """{"auth_mode":"chatgpt","\u0074okens":{@TOKENS},"last_refresh":"@TIME"}"""
            written
                chatGpt
                "half a surrogate pair in an unknown key"
                """{"note":"\ud800","auth_mode":"chatgpt","tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written
                chatGpt
                "a number too great in an unknown key"
                """{"note":1e400,"auth_mode":"chatgpt","tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written
                chatGpt
                "an unknown key 100 levels deep"
                ("{\"note\":" + String('[', 100) + String(']', 100) + "," + usual.Substring 1)
            written
                chatGpt
                "an unknown key 1000 levels deep"
                ("{\"note\":" + String('[', 1000) + String(']', 1000) + "," + usual.Substring 1)
            written
                chatGpt
                "10 MB in an unknown key"
                ("{\"note\":\"" + String('x', 10_000_000) + "\"," + usual.Substring 1)
        ]

    /// A ChatGPT sign-in with something unusual in it.
    let private values =
        let withTokens verdict name (tokens: string) =
            written
                verdict
                name
                ("""{"auth_mode":"chatgpt","OPENAI_API_KEY":null,"tokens":"""
                 + tokens
                 + ""","last_refresh":"@TIME"}""")

        let withTime verdict name (time: string) =
            written
                verdict
                name
                ("""{"auth_mode":"chatgpt","OPENAI_API_KEY":null,"tokens":{@TOKENS}"""
                 + time
                 + "}")

        // A key that only the newer releases know, and so only they can find wrong.
        let since166 shape = { shape with Newer = Verdict.Refuses }

        [
            withTokens chatGpt "tokens null" "null"
            withTokens Verdict.Refuses "tokens {}" "{}"
            withTokens Verdict.Refuses "tokens an empty array" "[]"
            withTokens Verdict.Refuses "tokens a string" "\"@ACCESS\""
            withTokens Verdict.Refuses "no id_token" "{@REST}"
            withTokens
                Verdict.Refuses
                "no access_token"
                """{"id_token":"@ID","refresh_token":"@REFRESH","account_id":"@ACCOUNT"}"""
            withTokens
                Verdict.Refuses
                "no refresh_token"
                """{"id_token":"@ID","access_token":"@ACCESS","account_id":"@ACCOUNT"}"""
            withTokens
                chatGpt
                "tokens that are empty texts"
                """{"id_token":"@ID","access_token":"","refresh_token":"","account_id":""}"""
            withTokens
                chatGpt
                "access_token that is no JWT"
                """{"id_token":"@ID","access_token":"FAKE-OPAQUE","refresh_token":"@REFRESH","account_id":"@ACCOUNT"}"""
            withTokens
                Verdict.Refuses
                "access_token a number"
                """{"id_token":"@ID","access_token":7,"refresh_token":"@REFRESH","account_id":"@ACCOUNT"}"""
            withTokens
                Verdict.Refuses
                "refresh_token null"
                """{"id_token":"@ID","access_token":"@ACCESS","refresh_token":null,"account_id":"@ACCOUNT"}"""
            withTokens chatGpt "no account_id" "{@THREE}"
            withTokens chatGpt "account_id null" "{@THREE,\"account_id\":null}"
            withTokens Verdict.Refuses "account_id a number" "{@THREE,\"account_id\":12}"
            withTokens chatGpt "account_id another than the id_token's" "{@THREE,\"account_id\":\"acct-other\"}"
            withTokens chatGpt "provenance null" "{@TOKENS,\"oauth_provenance\":null,\"login_owner_id\":null}"
            withTokens chatGpt "provenance a text" "{@TOKENS,\"oauth_provenance\":\"https://auth.openai.com\"}"
            |> since166
            withTokens chatGpt "login_owner_id a number" "{@TOKENS,\"login_owner_id\":1}"
            |> since166
            withTime chatGpt "no last_refresh" ""
            withTime chatGpt "last_refresh null" ",\"last_refresh\":null"
            withTime chatGpt "last_refresh with an offset" ",\"last_refresh\":\"2026-01-02T03:04:05+02:00\""
            withTime Verdict.Refuses "last_refresh without a zone" ",\"last_refresh\":\"2026-01-02T03:04:05\""
            withTime Verdict.Refuses "last_refresh a date" ",\"last_refresh\":\"2026-01-02\""
            withTime Verdict.Refuses "last_refresh a number" ",\"last_refresh\":1767323045"
            withTime Verdict.Refuses "last_refresh empty" ",\"last_refresh\":\"\""
            withTime Verdict.Refuses "last_refresh of the 13th month" ",\"last_refresh\":\"2026-13-02T03:04:05Z\""
            withTime chatGpt "last_refresh in the year 9999" ",\"last_refresh\":\"9999-12-31T23:59:59.999999999Z\""
            withTime chatGpt "last_refresh with a leap second" ",\"last_refresh\":\"2016-12-31T23:59:60Z\""
        ]

    /// Identity tokens.
    let private identities =
        [
            withIdToken Verdict.Refuses "id_token null" "null"
            withIdToken Verdict.Refuses "id_token a number" "3"
            withIdToken Verdict.Refuses "id_token an object" """{"email":"alice@example.com","raw_jwt":"@ID"}"""
            withIdToken Verdict.Refuses "id_token empty" "\"\""
            withIdToken Verdict.Refuses "id_token that is no JWT" "\"FAKE\""
            withIdToken Verdict.Refuses "id_token of two parts" ("\"eyJhbGciOiJub25lIn0." + encode "{}" + "\"")
            withIdToken chatGpt "id_token of four parts" ("\"" + jwt "{}" + ".FAKE\"")
            withIdToken
                Verdict.Refuses
                "id_token with an empty signature"
                ("\"eyJhbGciOiJub25lIn0." + encode "{}" + ".\"")
            withIdToken
                Verdict.Refuses
                "id_token with padded base64"
                ("\"eyJhbGciOiJub25lIn0."
                 + Convert.ToBase64String(utf8 """{"email":"a@b.example"}""")
                 + ".FAKE\"")
            withIdToken Verdict.Refuses "id_token whose payload is not base64" "\"eyJhbGciOiJub25lIn0.***.FAKE\""
            withClaims Verdict.Refuses "id_token whose payload is not JSON" "hello"
            withClaims chatGpt "id_token whose payload is an array" "[]"
            withClaims chatGpt "id_token without claims" "{}"
            withClaims
                chatGpt
                "no e-mail"
                """{"https://api.openai.com/auth":{"chatgpt_plan_type":"plus","chatgpt_user_id":"user-alice","chatgpt_account_id":"acct-alice"}}"""
            withClaims
                chatGpt
                "e-mail under profile, user id by its older name"
                """{"https://api.openai.com/profile":{"email":"alice@example.com"},"https://api.openai.com/auth":{"chatgpt_plan_type":"plus","user_id":"user-alice","chatgpt_account_id":"acct-alice"}}"""
            withClaims Verdict.Refuses "e-mail a number" """{"email":5}"""
            withClaims chatGpt "e-mail null" """{"email":null}"""
            withClaims chatGpt "no auth claim" """{"email":"alice@example.com"}"""
            withClaims chatGpt "auth claim null" """{"email":"alice@example.com","https://api.openai.com/auth":null}"""
            withClaims
                Verdict.Refuses
                "auth claim a text"
                """{"email":"alice@example.com","https://api.openai.com/auth":"plus"}"""
            withClaims
                chatGpt
                "a plan of the future"
                """{"email":"alice@example.com","https://api.openai.com/auth":{"chatgpt_plan_type":"brand_new_plan","chatgpt_user_id":"user-alice","chatgpt_account_id":"acct-alice"}}"""
            withClaims
                Verdict.Refuses
                "plan a number"
                """{"email":"alice@example.com","https://api.openai.com/auth":{"chatgpt_plan_type":20,"chatgpt_account_id":"acct-alice"}}"""
            withClaims
                chatGpt
                "terminal commands in the e-mail"
                """{"email":"\u001b]0;owned\u0007alice\u202e@example.com\r\n%{%F{red}%}$(id)`id`","https://api.openai.com/auth":{"chatgpt_plan_type":"\u001b[31mplus","chatgpt_user_id":"user-alice","chatgpt_account_id":"acct-alice"}}"""
            withClaims
                Verdict.Refuses
                "half a surrogate pair in the e-mail"
                """{"email":"\ud800alice@example.com","https://api.openai.com/auth":{"chatgpt_account_id":"acct-alice"}}"""
            withClaims chatGpt "an e-mail of 100 kB" ("{\"email\":\"" + String('a', 100_000) + "@example.com\"}")
            withClaims
                Verdict.Refuses
                "e-mail twice"
                """{"email":"alice@example.com","email":"eve@example.com","https://api.openai.com/auth":{"chatgpt_account_id":"acct-alice"}}"""
            withClaims
                chatGpt
                "several organisations in the id_token"
                """{"email":"alice@example.com","https://api.openai.com/auth":{"chatgpt_plan_type":"plus","chatgpt_user_id":"user-alice","chatgpt_account_id":"acct-alice","organizations":[{"id":"org-1","is_default":true},{"id":"org-2"}]}}"""
        ]

    /// All of them.
    let all = texts @ keys @ values @ identities
