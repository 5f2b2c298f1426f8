using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace CodexRouter.Platform;

/// <summary>
/// The whole terminal, for a program that draws on it: the alternate screen without cursor and line wrap, each key as it is
/// pressed. The person's own screen and settings come back at the end: on Dispose, on every signal that ends or stops the
/// program, and on a fault in any thread.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class FullScreen : IDisposable
{
    private const int Input = 0;
    private const int Output = 1;

    private static ReadOnlySpan<byte> EnterCodes => "\e[?1049h"u8;

    // Autowrap is off: a character that is wider than it should be cannot push the screen up.
    private static ReadOnlySpan<byte> PrepareCodes => "\e[?25l\e[?7l\e[0m\e[2J"u8;

    // The arrow keys' usual codes, too: System.Console asks for others at its first use and never puts that back.
    private static ReadOnlySpan<byte> LeaveCodes => "\e[0m\e[?7h\e[?25h\e[?1l\e>\e[?1049l"u8;

    private readonly Lock _gate = new();
    private readonly PipeEnds _wake = PipeEnds.Make();
    private readonly TerminalSettings? _settings = TerminalSettings.Remember();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly bool _readsKeys = TerminalInfo.InputIsTerminal;
    private volatile bool _shown;
    private int _pending;
    private bool _over;

    private FullScreen()
    {
        On(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            Post(ScreenEvents.End);
        });
        foreach (PosixSignal ending in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT])
        {
            // Not cancelled: the program then ends by this signal, and whoever started it can see that.
            On(ending, _ => Leave(forGood: true));
        }

        On(PosixSignal.SIGWINCH, _ => Post(ScreenEvents.Redraw));
        On(PosixSignal.SIGTSTP, Stop);
        On(PosixSignal.SIGCONT, context =>
        {
            // Otherwise the runtime would now put the terminal back to the settings that it found at its start.
            context.Cancel = true;
            Show();
        });
        AppDomain.CurrentDomain.UnhandledException += OnFault;
    }

    /// <summary>The bytes of the keys that the last wait gave.</summary>
    public byte[] Keys { get; private set; } = [];

    /// <summary>Takes over the terminal; in the background, as soon as the program is brought to the front.</summary>
    public static FullScreen Enter()
    {
        var screen = new FullScreen();
        screen.Show();
        return screen;
    }

    /// <summary>Writes to the screen while it is shown, and nothing otherwise.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_shown)
            {
                Descriptor.Write(Output, bytes, "to the terminal");
            }
        }
    }

    /// <summary>Waits until something happens, at most for a time.</summary>
    public unsafe ScreenEvents Wait(TimeSpan time)
    {
        const short readable = 1;
        const short invalid = 0x20; // POLLNVAL: macOS says so of /dev/tty, which a read would then wait on
        bool keys = _readsKeys && _shown;
        var requests = stackalloc LibC.PollRequest[2];
        requests[0] = new LibC.PollRequest { Descriptor = _wake.Read, Events = readable };
        requests[1] = new LibC.PollRequest { Descriptor = Input, Events = readable };
        // Rounded up: a wait that ends early would be followed by another of nothing.
        int milliseconds = (int)Math.Ceiling(Math.Clamp(time.TotalMilliseconds, 0, 3_600_000));
        bool polled = LibC.Poll(requests, keys ? 2u : 1u, milliseconds) > 0;
        bool keysCame = polled && keys && requests[1].Returned != 0;
        bool woken = polled && requests[0].Returned != 0;
        if (keysCame && (requests[1].Returned & invalid) != 0)
        {
            keysCame = TerminalInput.Select(Input, _wake.Read, woken ? 0 : milliseconds, out woken);
        }

        if (woken)
        {
            byte* drained = stackalloc byte[256];
            _ = LibC.Read(_wake.Read, drained, 256);
        }

        if (keysCame)
        {
            ReadKeys();
        }

        return Take();
    }

    /// <summary>Ends a wait in another thread.</summary>
    public void Wake() => Post(ScreenEvents.Woken);

    /// <summary>Gives the terminal back as it was.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.UnhandledException -= OnFault;
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        Leave(forGood: true);
    }

    private void On(PosixSignal signal, Action<PosixSignalContext> handle) =>
        _signals.Add(PosixSignalRegistration.Create(signal, handle));

    private void OnFault(object sender, UnhandledExceptionEventArgs fault) => Leave(forGood: true);

    private unsafe void Post(ScreenEvents happened)
    {
        _ = Interlocked.Or(ref _pending, (int)happened);
        byte any = 1;
        _ = LibC.Write(_wake.Write, &any, 1);
    }

    private ScreenEvents Take() => (ScreenEvents)Interlocked.Exchange(ref _pending, 0);

    private unsafe void ReadKeys()
    {
        byte* buffer = stackalloc byte[256];
        nint count = LibC.Read(Input, buffer, 256);
        if (count > 0)
        {
            Keys = new ReadOnlySpan<byte>(buffer, (int)count).ToArray();
            _ = Interlocked.Or(ref _pending, (int)ScreenEvents.Keys);
        }
        else if (count == 0 || ErrorNumbers.Name(Marshal.GetLastPInvokeError()) != SystemError.Interrupted)
        {
            _ = Interlocked.Or(ref _pending, (int)ScreenEvents.End);
        }
    }

    /// <summary>Draws on the terminal from now on, if this program is the one in front.</summary>
    private void Show()
    {
        lock (_gate)
        {
            if (!_over && LibC.TerminalGroup(Output) == LibC.Group())
            {
                _settings?.ReadSingleKeys();
                // Entering twice would forget where the cursor was outside.
                if (!_shown)
                {
                    Descriptor.Write(Output, EnterCodes, "to the terminal");
                }

                Descriptor.Write(Output, PrepareCodes, "to the terminal");
                _shown = true;
            }
        }

        Post(ScreenEvents.Redraw);
    }

    private void Leave(bool forGood)
    {
        // A terminal that takes no output (Ctrl-S) holds the writer up for ever: that must not keep a signal from ending it.
        bool entered = _gate.TryEnter(TimeSpan.FromMilliseconds(500));
        try
        {
            _over |= forGood;
            if (!_shown || !entered)
            {
                return;
            }

            _shown = false;
            Descriptor.Write(Output, LeaveCodes, "to the terminal");
            _settings?.Restore();
        }
        catch (SystemCallException)
        {
            // The terminal is gone: nothing is left to restore.
        }
        finally
        {
            if (entered)
            {
                _gate.Exit();
            }
        }
    }

    /// <summary>Stops as the stop key asks; `Show` is called when the program is continued.</summary>
    private unsafe void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        Leave(forGood: false);
        byte* before = stackalloc byte[SignalNumbers.RoomForAny];
        _ = LibC.SignalAction(StopKey, null, before);
        _ = LibC.Signal(StopKey, SignalNumbers.Default);
        // The default action and not SIGSTOP: with nobody there to continue it, the system does not stop the program.
        _ = LibC.Raise(StopKey);
        _ = LibC.SignalAction(StopKey, before, null);
        Show();
    }

    private static int StopKey => OperatingSystem.IsMacOS() ? 18 : 20;
}
