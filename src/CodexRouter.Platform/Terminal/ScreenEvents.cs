namespace CodexRouter.Platform;

/// <summary>What happened while a program waited before its screen.</summary>
[Flags]
public enum ScreenEvents
{
    /// <summary>The time is up.</summary>
    None = 0,

    /// <summary>Keys were pressed; <see cref="FullScreen.Keys"/> has them.</summary>
    Keys = 1,

    /// <summary>The screen has another size, or holds something else: everything is to be written again.</summary>
    Redraw = 2,

    /// <summary>The person pressed Ctrl-C, or the terminal is gone: the program is to end.</summary>
    End = 4,

    /// <summary>Another thread called <see cref="FullScreen.Wake"/>.</summary>
    Woken = 8,
}
