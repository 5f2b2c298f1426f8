namespace CodexRouter.Interop.Tests

open System
open System.IO
open System.Text.Json
open CodexRouter.StandIn

/// What stands in an auth.json, as far as the tests ask.
type StoredSignIn =
    {
        RefreshToken: string
        AccessToken: string
        AccountId: string
        LastRefresh: string
    }

[<RequireQualifiedAccess>]
module StoredSignIn =

    /// Reads an auth.json that holds a sign-in by ChatGPT.
    let read (file: string) =
        use document = JsonDocument.Parse(File.ReadAllBytes file)
        let root = document.RootElement
        let tokens = root.GetProperty "tokens"

        {
            RefreshToken = tokens.GetProperty("refresh_token").GetString() |> string
            AccessToken = tokens.GetProperty("access_token").GetString() |> string
            AccountId = tokens.GetProperty("account_id").GetString() |> string
            LastRefresh = root.GetProperty("last_refresh").GetString() |> string
        }

    /// Tells whether an auth.json holds this generation of an account's sign-in.
    let holds account generation file =
        (read file).RefreshToken = SampleAccount.refreshToken account generation

    /// Lets time pass: puts an access token in the file that ended an hour ago, and changes nothing else.
    let expire account file =
        let ended =
            SampleAccount.accessToken account 0 (DateTimeOffset.UtcNow.AddHours -1.0)

        File.WriteAllText(file, File.ReadAllText(file).Replace((read file).AccessToken, ended))
