/// Unions of every shape, for the tests to look at in this program's own assembly. Nothing mends this assembly, so it is
/// what the F# compiler made.
module CodexRouter.Build.Tests.SampleUnions

/// A union whose cases have fields, with names and without, and one that has none.
type Shape =
    | Named of width: int * height: int
    | Unnamed of string * bool
    | Empty

/// A union with one case and one field.
type Wrapped = Wrapped of string

/// A union that is a struct.
[<Struct>]
type StructUnion =
    | First of first: int
    | Second of second: string

/// A union inside a generic type.
type Tree<'value> =
    | Leaf of value: 'value
    | Branch of left: Tree<'value> * right: Tree<'value>

/// A class with a property that can be set.
type Class() =
    /// A value.
    member val Value = 0 with get, set
