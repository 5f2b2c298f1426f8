module CodexRouter.Cli.Tests.TableFitTests

open CodexRouter.Cli
open CodexRouter.Testing
open Expecto
open FsCheck
open FsCheck.FSharp

let private config =
    { FsCheckConfig.defaultConfig with
        maxTest = Project.setting "CODEX_ROUTER_CASES" 300
    }

/// How wide a terminal is, how columns give way, and how wide each would like to be. The first never gives way.
let private anyTable =
    gen {
        let! width = Gen.choose (1, 120)
        let! wanted = Gen.choose (1, 40) |> Gen.listOf
        let wanted = 1 :: wanted

        let! ways =
            gen {
                let! column = Gen.choose (1, max 1 (wanted.Length - 1))
                let! least = Gen.choose (1, 20)
                let! way = Gen.elements [ GiveWay.Shorten(column, least); GiveWay.Leave column ]
                return way
            }
            |> Gen.listOf

        let last = List.init (wanted.Length - 1) (fun index -> GiveWay.Leave(index + 1))
        return width, ways @ last, wanted
    }
    |> Arb.fromGen

let private total (widths: (int * int) list) =
    List.sumBy snd widths + TableFit.Gap * (widths.Length - 1)

let private holds name property =
    testPropertyWithConfig config name (Prop.forAll anyTable property)

let tests =
    testList
        "the width of a table"
        [
            holds "a row is never wider than the terminal" (fun (width, ways, wanted) ->
                total (TableFit.widths width ways wanted) <= width)

            holds "the first column stays, and columns keep their order" (fun (width, ways, wanted) ->
                let shown = TableFit.widths width ways wanted |> List.map fst
                shown.Head = 0 && shown = List.sort shown && shown = List.distinct shown)

            holds "no column is wider than its texts, or empty" (fun (width, ways, wanted) ->
                TableFit.widths width ways wanted
                |> List.forall (fun (column, given) -> given >= 1 && given <= wanted[column]))

            holds "what fits whole is whole" (fun (_, ways, wanted) ->
                let all = List.indexed wanted
                TableFit.widths (total all) ways wanted = all)

            holds "nothing is shortened while there is room for it" (fun (width, ways, wanted) ->
                let shown = TableFit.widths width ways wanted

                total shown = width
                || shown |> List.forall (fun (column, given) -> given = wanted[column]))

            holds "a wider terminal shows as much or more" (fun (width, ways, wanted) ->
                let shown width =
                    TableFit.widths width ways wanted |> List.map fst

                Set.isSubset (Set.ofList (shown width)) (Set.ofList (shown (width + 1))))
        ]
