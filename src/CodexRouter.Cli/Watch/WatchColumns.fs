namespace CodexRouter.Cli.Watch

/// How wide each column is, in columns of the terminal; 0 is left out.
type WatchColumns =
    {
        Name: int
        Account: int
        Label: int
        Bar: int
        Spark: int
        Source: int
        /// Between two columns.
        Gap: int
    }

/// What the rows would like to have.
type WatchWishes =
    {
        Name: int
        Account: int
        Label: int
        Spark: int
        Source: int
    }

/// Decides what fits.
[<RequireQualifiedAccess>]
module WatchColumns =

    /// The two marks before a name, and the space after them.
    [<Literal>]
    let Marks = 3

    /// `~100%` and `reset`.
    [<Literal>]
    let Left = 5

    /// `59m 59s` and `23h 59m`.
    [<Literal>]
    let Resets = 7

    [<Literal>]
    let private LongestBar = 40

    /// A column gives way before the bar becomes shorter than this.
    [<Literal>]
    let private GoodBar = 16

    [<Literal>]
    let private ShortestBar = 4

    /// Below this width of the terminal, what can be narrow is.
    [<Literal>]
    let private Narrow = 60

    let private column gap width = if width = 0 then 0 else gap + width

    /// Gives the width of the block from the label to the sparkline.
    let block (columns: WatchColumns) =
        columns.Label
        + column 1 columns.Bar
        + 1
        + Left
        + columns.Gap
        + Resets
        + column columns.Gap columns.Spark

    /// Gives the column of the terminal at which the block begins.
    let blockStart (columns: WatchColumns) =
        Marks + columns.Name + column columns.Gap columns.Account + columns.Gap

    /// Gives the width of a whole line.
    let total (columns: WatchColumns) =
        blockStart columns + block columns + column columns.Gap columns.Source

    /// Gives the columns for a width: first the sparkline gives way, then the account, then the source, then the bar
    /// becomes shorter, at last the name.
    let fit width (wishes: WatchWishes) : WatchColumns =
        let isNarrow = width < Narrow

        let all =
            {
                Name = min wishes.Name (if isNarrow then 10 else 24)
                Account = wishes.Account
                Label = wishes.Label
                Bar = GoodBar
                Spark = wishes.Spark
                Source = wishes.Source
                Gap = if isNarrow then 1 else 2
            }

        let lessSpark = { all with Spark = 0 }
        let lessAccount = { lessSpark with Account = 0 }
        let lessSource = { lessAccount with Source = 0 }
        let spare columns = width - total columns

        match
            [ all; lessSpark; lessAccount; lessSource ]
            |> List.tryFind (fun columns -> spare columns >= 0)
        with
        | Some columns ->
            { columns with
                Bar = min LongestBar (GoodBar + spare columns)
            }
        | None ->
            let bar = GoodBar + spare lessSource

            if bar >= ShortestBar then
                { lessSource with Bar = bar }
            else
                let withoutBar = { lessSource with Bar = 0 }

                { withoutBar with
                    Name = max 1 (withoutBar.Name + min 0 (spare withoutBar))
                }
