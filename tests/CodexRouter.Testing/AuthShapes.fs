namespace CodexRouter.Testing

open CodexRouter.StandIn
open CodexRouter.Testing.AuthShape

/// Every shape of auth.json that this project knows of: what each kind of sign-in writes, what older and newer releases
/// wrote, and what editors, crashes and other tools leave behind. The interop tests hold each verdict against the real
/// Codex; the parser's tests use the same list.
[<RequireQualifiedAccess>]
module AuthShapes =

    /// What Codex itself writes, in each of its releases and kinds of sign-in.
    let private canonical =
        [
            written chatGpt "ChatGPT" usual
            made chatGpt "ChatGPT, indented as Codex writes it" (fun () ->
                SampleAccount.signIn account 1 expires expires)
            written
                chatGpt
                "ChatGPT with the provenance of 0.169"
                """{"auth_mode":"chatgpt","OPENAI_API_KEY":null,"tokens":{@THREE,"oauth_provenance":{"issuer":"https://auth.openai.com","client_id":"app_FAKE"},"login_owner_id":"FAKE-OWNER-0123456789abcdef0123456789abcdef0","account_id":"@ACCOUNT"},"last_refresh":"@TIME"}"""
            written
                chatGpt
                "ChatGPT of releases before auth_mode"
                """{"OPENAI_API_KEY":null,"tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written
                chatGpt
                "ChatGPT with an agent identity beside the tokens"
                """{"auth_mode":"chatgpt","OPENAI_API_KEY":null,"tokens":{@TOKENS},"last_refresh":"@TIME","agent_identity":{"agent_runtime_id":"FAKE-RUNTIME","agent_private_key":"FAKE-KEY","account_id":"@ACCOUNT","chatgpt_user_id":"user-alice","email":"alice@example.com","plan_type":"plus","chatgpt_account_is_fedramp":false}}"""
            written apiKey "API key" """{"auth_mode":"apikey","OPENAI_API_KEY":"@KEY"}"""
            made apiKey "API key, indented as Codex writes it" (fun () -> SampleAccount.apiKeySignIn ApiKey)
            written apiKey "API key of releases before auth_mode" """{"OPENAI_API_KEY":"@KEY"}"""
            written
                apiKey
                "API key of releases before auth_mode, every field there"
                """{"OPENAI_API_KEY":"@KEY","tokens":null,"last_refresh":null}"""
            written
                (Verdict.Loads LoadedAs.PersonalAccessToken)
                "personal access token"
                """{"OPENAI_API_KEY":null,"personal_access_token":"at-FAKE-user-alice"}"""
            written
                (Verdict.Loads LoadedAs.PersonalAccessToken)
                "personal access token with auth_mode"
                """{"auth_mode":"personalAccessToken","OPENAI_API_KEY":null,"personal_access_token":"at-FAKE-user-alice"}"""
            written
                (Verdict.Loads LoadedAs.BedrockApiKey)
                "Bedrock API key"
                """{"auth_mode":"bedrockApiKey","OPENAI_API_KEY":null,"bedrock_api_key":{"api_key":"FAKE-BEDROCK","region":"us-east-1"}}"""
            written
                (Verdict.Loads LoadedAs.BedrockApiKey)
                "Bedrock API key without auth_mode"
                """{"bedrock_api_key":{"api_key":"FAKE-BEDROCK","region":"us-east-1"}}"""
            written
                (Verdict.Loads LoadedAs.BedrockAccessKeys)
                "Bedrock access keys"
                """{"auth_mode":"bedrockAccessKeys","bedrock_access_keys":{"access_key_id":"FAKE-ID","secret_access_key":"FAKE-SECRET","session_token":"FAKE-SESSION","region":"us-east-1"}}"""
            written
                (Verdict.Loads LoadedAs.AgentIdentity)
                "agent identity as a record, its key all zeros"
                """{"auth_mode":"agentIdentity","OPENAI_API_KEY":null,"agent_identity":{"agent_runtime_id":"FAKE-RUNTIME","agent_private_key":"MC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","account_id":"@ACCOUNT","chatgpt_user_id":"user-alice","email":"alice@example.com","plan_type":"plus","chatgpt_account_is_fedramp":false,"task_id":"FAKE-TASK"}}"""
            written
                Verdict.Refuses
                "agent identity whose token nobody signed"
                ("""{"auth_mode":"agentIdentity","OPENAI_API_KEY":null,"agent_identity":" """.TrimEnd()
                 + jwt """{"agent_runtime_id":"FAKE-RUNTIME","account_id":"acct-alice"}"""
                 + "\"}")
        ]

    /// Mixtures, and the modes that are never stored.
    let private modes =
        [
            written
                apiKey
                "tokens and an API key, no auth_mode"
                """{"OPENAI_API_KEY":"@KEY","tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written
                chatGpt
                "tokens and an API key, auth_mode chatgpt"
                """{"auth_mode":"chatgpt","OPENAI_API_KEY":"@KEY","tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written
                apiKey
                "tokens and an API key, auth_mode apikey"
                """{"auth_mode":"apikey","OPENAI_API_KEY":"@KEY","tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written
                Verdict.Refuses
                "tokens without an API key, auth_mode apikey"
                """{"auth_mode":"apikey","OPENAI_API_KEY":null,"tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written Verdict.Refuses "auth_mode apikey alone" """{"auth_mode":"apikey"}"""
            written chatGpt "auth_mode chatgpt alone" """{"auth_mode":"chatgpt"}"""
            written
                Verdict.Refuses
                "an API key, auth_mode agentIdentity"
                """{"auth_mode":"agentIdentity","OPENAI_API_KEY":"@KEY"}"""
            written
                chatGpt
                "auth_mode chatgptAuthTokens"
                """{"auth_mode":"chatgptAuthTokens","OPENAI_API_KEY":null,"tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written Verdict.Refuses "auth_mode headers" """{"auth_mode":"headers","OPENAI_API_KEY":null}"""
            written
                Verdict.Refuses
                "unknown auth_mode"
                """{"auth_mode":"telepathy","OPENAI_API_KEY":null,"tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written
                Verdict.Refuses
                "auth_mode in other letters"
                """{"auth_mode":"ChatGPT","OPENAI_API_KEY":null,"tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written Verdict.Refuses "auth_mode a number" """{"auth_mode":1,"tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written chatGpt "auth_mode null" """{"auth_mode":null,"tokens":{@TOKENS},"last_refresh":"@TIME"}"""
            written apiKey "API key empty" """{"OPENAI_API_KEY":""}"""
            written Verdict.Refuses "API key a number" """{"OPENAI_API_KEY":5}"""
            written
                Verdict.Refuses
                "personal access token of a wrong beginning"
                """{"personal_access_token":"FAKE-alice"}"""
            written
                Verdict.Refuses
                "Bedrock API key without a region"
                """{"bedrock_api_key":{"api_key":"FAKE-BEDROCK"}}"""
        ]

    /// All shapes.
    let all = canonical @ modes @ OddAuthShapes.all
