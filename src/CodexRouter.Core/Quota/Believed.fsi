namespace CodexRouter.Core

/// The figures that are believed, and a reading that is not yet: services waver, so a figure that drops before its reset
/// time counts when a second reading agrees.
type Believed = { Quota: Quota; Doubted: Quota option }

[<RequireQualifiedAccess>]
module Believed =

    /// Believes a reading as it is.
    val certain: quota: Quota -> Believed

    /// Gives what is believed after one more reading. What is older than what is known changes nothing, unless it is of
    /// another account: whoever asks means the account of the reading. A drop of one window keeps no rise of another back.
    val next: before: Believed option -> reading: Quota -> Believed
