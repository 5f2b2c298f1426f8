namespace CodexRouter.Platform;

/// <summary>
/// Ignores the interrupt and quit keys while a child owns the terminal, as system(3) does: they go to every program of the
/// terminal's group, and are meant for the child.
/// </summary>
internal unsafe ref struct IgnoredSignals
{
    private fixed byte _interrupt[SignalNumbers.RoomForAny];
    private fixed byte _quit[SignalNumbers.RoomForAny];

    /// <summary>Which of the two were not ignored before: the child is to have their default action.</summary>
    internal bool InterruptWasActive { get; private set; }

    internal bool QuitWasActive { get; private set; }

    internal static IgnoredSignals Begin()
    {
        var state = default(IgnoredSignals);
        // sigaction(2) saves all of what it was, the flags included; signal(2) alone would lose them.
        _ = LibC.SignalAction(SignalNumbers.Interrupt, null, state._interrupt);
        _ = LibC.SignalAction(SignalNumbers.Quit, null, state._quit);
        state.InterruptWasActive = LibC.Signal(SignalNumbers.Interrupt, SignalNumbers.Ignore) != SignalNumbers.Ignore;
        state.QuitWasActive = LibC.Signal(SignalNumbers.Quit, SignalNumbers.Ignore) != SignalNumbers.Ignore;
        return state;
    }

    public void Dispose()
    {
        fixed (byte* interrupt = _interrupt)
        fixed (byte* quit = _quit)
        {
            _ = LibC.SignalAction(SignalNumbers.Interrupt, interrupt, null);
            _ = LibC.SignalAction(SignalNumbers.Quit, quit, null);
        }
    }
}
