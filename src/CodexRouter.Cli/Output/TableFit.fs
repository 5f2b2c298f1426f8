namespace CodexRouter.Cli

/// How a column of a table makes room on a terminal that is too narrow for all of them.
[<RequireQualifiedAccess>]
type GiveWay =
    /// The texts end in an ellipsis, but keep so many columns of the terminal.
    | Shorten of column: int * least: int
    /// The column is left out.
    | Leave of column: int

/// Decides what of a table fits: a row is one line on any terminal, and no text goes on in another.
[<RequireQualifiedAccess>]
module TableFit =

    /// Between two columns.
    [<Literal>]
    let Gap = 2

    let private total (widths: (int * int) list) =
        List.sumBy snd widths + Gap * max 0 (widths.Length - 1)

    let private apply way (widths: (int * int) list) =
        match way with
        | GiveWay.Leave column -> widths |> List.filter (fst >> (<>) column)
        | GiveWay.Shorten(column, least) ->
            widths
            |> List.map (fun (index, width) -> index, (if index = column then min width least else width))

    /// Gives the columns that are shown, each with its width. Columns give way in the order told until the rest fits, and
    /// what is spare then goes back to those that were shortened.
    let widths width (ways: GiveWay list) (wanted: int list) : (int * int) list =
        let rec narrow ways shown =
            match ways with
            | way :: rest when total shown > width -> narrow rest (apply way shown)
            | _ -> shown

        let shown = narrow ways (List.indexed wanted)

        let widen (spare, widened) (index, given) =
            let more = min spare (wanted[index] - given)
            spare - more, (index, given + more) :: widened

        shown |> List.fold widen (max 0 (width - total shown), []) |> snd |> List.rev
