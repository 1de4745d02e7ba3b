using System.Globalization;
using EncryptionService.Contracts.Membership;
using EncryptionService.CrashHost;
using Grpc.Core;

namespace EncryptionService.EndToEnd.Setting;

/// <summary>A service that dies beside its writes, and a core that takes up each time where it was.</summary>
/// <param name="core">The core.</param>
/// <param name="folder">Ledger and keys, which outlive every process.</param>
/// <param name="mode">"before" or "after": the service dies beside every write of every step; null: it lives.</param>
internal sealed class CrashWorld(FakeCore core, ServiceFolder folder, string? mode) : IDisposable
{
    private static readonly string program = typeof(Faults).Assembly.Location;

    private readonly IReadOnlyList<int> ports = ServiceProcess.FreePorts(2);
    private readonly List<string> writes = [];
    private readonly List<string> deaths = [];
    private ServiceProcess? process;
    private CoreCaller? caller;
    private int linesSeen;

    /// <summary>Every write that was done, in order.</summary>
    public IReadOnlyList<string> Writes => writes;

    /// <summary>The write beside which it died, for every death of its own.</summary>
    public IReadOnlyList<string> Deaths => deaths;

    public FakeCore Core => core;

    /// <summary>How often a process ended. What it had queued ended with it.</summary>
    public int Ends { get; private set; }

    /// <summary>True if the last process to answer is not the one that wrote: it died after its last write.</summary>
    public bool Lost(int endsBefore) => Ends > endsBefore && mode != "before";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public Dictionary<string, string> Settings()
    {
        var settings = folder.Settings(core);
        settings["Service:GrpcPort"] = ports[0].ToString(CultureInfo.InvariantCulture);
        settings["Service:ProbePort"] = ports[1].ToString(CultureInfo.InvariantCulture);
        settings["Service:OperatorKeys"] = $"[{core.CallKeyJwk}]";
        settings["Ledger:SegmentFrames"] = "2";
        return settings;
    }

    /// <summary>Starts the service, dying beside every write of the start.</summary>
    public async Task StartAsync(Dictionary<string, string> settings)
    {
        for (var skipped = 1; !await TryStartAsync(settings, mode is null ? "never" : $"{mode} {skipped}");)
        {
            skipped = mode == "before" ? 2 : 1;
        }
    }

    /// <summary>Kills the service, to start it with something changed.</summary>
    public void Kill()
    {
        process?.Kill();
        Bury();
    }

    /// <summary>Lets the service die when the core says so: beside a post.</summary>
    public void KillNow() => process!.Kill();

    /// <summary>The core has another call key from now on.</summary>
    public void ForgetCaller()
    {
        caller?.Dispose();
        caller = null;
    }

    /// <summary>Does one thing until it is answered, with a death beside each of its writes on the way.</summary>
    /// <param name="settings">For the restarts.</param>
    /// <param name="call">What the core does; the same each time.</param>
    /// <param name="repeats">True where a repetition writes again: then it dies beside the first such record only.</param>
    public async Task<T> DoAsync<T>(Dictionary<string, string> settings, Func<CoreCaller, Task<T>> call, bool repeats = false)
    {
        var order = mode is null ? "never" : $"{mode} 1";
        while (true)
        {
            await ReviveAsync(settings);
            await ArmAsync(order);
            try
            {
                var answer = await call(caller!);
                await ArmAsync("never");
                return answer;
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.Unknown)
            {
                await process!.ExitAsync(Token); // else it is a failure, not a death
                Bury();
                order = mode == "before" ? "before 2" : order;
                if (repeats && deaths[^1].Contains("append record group", StringComparison.Ordinal) && mode == "after")
                {
                    order = "never";
                }
            }
        }
    }

    /// <summary>Waits until the core has the newest statement of a group and an envelope for everybody, asking for what was lost.</summary>
    /// <param name="settings">For the restarts.</param>
    /// <param name="group">The group.</param>
    /// <param name="roster">Its members.</param>
    /// <param name="lost">True where the post died with its process: only then does the core ask for it.</param>
    public async Task SettleAsync(Dictionary<string, string> settings, string group, IReadOnlyList<Person> roster, bool lost)
    {
        var ends = Ends;
        while (true)
        {
            var state = await CallAsync(settings, live => live.GetGroupAsync(new GetGroupRequest { GroupId = group, MaxStatements = 1000 }));
            lost |= Ends > ends; // whoever was to post it is gone
            foreach (var statement in state.Statements)
            {
                core.Book.TakeStatement(group, statement);
            }

            if (state.Deleted || core.Book.Has(group, state.Revision, roster))
            {
                return;
            }

            if (lost)
            {
                var request = new ResealRequest { GroupId = group, Epoch = state.Epoch, MemberIds = { roster.Select(person => person.Member.Value) } };
                await DoAsync(settings, live => live.ResealAsync(request), repeats: true);
            }

            await core.Changed.UntilAsync(() => core.Book.Has(group, state.Revision, roster) || process!.HasExited, Token);
            lost = true;
        }
    }

    public void Dispose()
    {
        caller?.Dispose();
        process?.Dispose();
    }

    /// <summary>A call that must not be harmed by us; a death beside a post may still hit it.</summary>
    public async Task<T> CallAsync<T>(Dictionary<string, string> settings, Func<CoreCaller, Task<T>> call)
    {
        while (true)
        {
            await ReviveAsync(settings);
            try
            {
                return await call(caller!);
            }
            catch (RpcException exception) when (exception.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled or StatusCode.Unknown)
            {
                await process!.ExitAsync(Token);
            }
        }
    }

    private async Task ReviveAsync(Dictionary<string, string> settings)
    {
        if (process is null || process.HasExited)
        {
            Bury();
            Assert.True(await TryStartAsync(settings, "never"), process?.Errors + process?.Output);
        }

        caller ??= CoreCaller.Of(core, new Uri($"http://127.0.0.1:{ports[0]}"));
    }

    private async Task<bool> TryStartAsync(Dictionary<string, string> settings, string crashAt)
    {
        var enrolled = core.Book.Enrolments.Count;
        process = ServiceProcess.Start(settings, program: program, crashAt: crashAt, atEnd: core.Changed, environment: folder.Environment);
        await process.Changed.UntilAsync(() => process.Count(510) > 0 || process.HasExited, Token);
        if (process.HasExited)
        {
            var exit = await process.ExitAsync(Token);
            Assert.True(exit == 137, $"exit code {exit}: {process.Errors} {process.Output}");
            Bury();
            return false;
        }

        Assert.True(core.Book.Enrolments.Count > enrolled);
        await ArmAsync("never");
        return true;
    }

    private async Task ArmAsync(string order)
    {
        if (process!.HasExited)
        {
            return;
        }

        var seen = process.ErrorLines.Count(line => line == $"armed {order}");
        process.Send(order);
        await process.Changed.UntilAsync(() => process.ErrorLines.Count(line => line == $"armed {order}") > seen || process.HasExited, Token);
        TakeWrites();
    }

    private void TakeWrites()
    {
        var lines = process!.ErrorLines;
        foreach (var line in lines.Skip(linesSeen))
        {
            if (line.StartsWith("wrote ", StringComparison.Ordinal))
            {
                writes.Add(line["wrote ".Length..]);
            }
            else if (line.StartsWith("dies ", StringComparison.Ordinal))
            {
                deaths.Add(line.Split(' ', 3)[2]);
            }
        }

        linesSeen = lines.Count;
    }

    private void Bury()
    {
        if (process is null)
        {
            return;
        }

        process.WaitForEnd();
        TakeWrites();
        Ends++;
        linesSeen = 0;
        process.Dispose();
        process = null;

        // The channel of the dead waits before it connects again; a new one does not.
        ForgetCaller();
    }
}
