using System.Security.Cryptography;
using EncryptionService.Formats;
using EncryptionService.Hammer.Azure;
using EncryptionService.Hammer.Checks;
using EncryptionService.Hammer.Core;
using EncryptionService.Hammer.History;
using EncryptionService.Hammer.Host;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Run;

/// <summary>What a run came to.</summary>
internal sealed record RunOutcome(Figures Figures, IReadOnlyList<Check> Checks, IReadOnlyCollection<string> Faults)
{
    public bool Held => Checks.All(check => check.Held);
}

/// <summary>
/// One run: (1) start core and service, (2) replay the history, (3) wait and repair until nothing is lacking, (4) read back, open, compare,
/// (5) stop the service and search what it left.
/// </summary>
internal sealed class HammerRun : IAsyncDisposable
{
    private const string CoreId = "hammer-core";
    private readonly HammerOptions options;
    private readonly TimeProvider time;
    private readonly DirectoryInfo folder;
    private readonly Recorder recorder;
    private readonly CallTokens tokens;
    private readonly string enrolmentToken = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));

    public HammerRun(HammerOptions options, TimeProvider time)
    {
        this.options = options;
        this.time = time;
        folder = options.Keep ?? Directory.CreateTempSubdirectory("encryption-service-hammer-");
        folder.Create();
        if (folder.EnumerateFileSystemInfos().Any())
        {
            throw new HammerException($"{folder.FullName} is not empty.");
        }

        Organization = OrganizationId.TryParse("hammer", out var organization) ? organization : throw new InvalidOperationException();
        recorder = new Recorder(new DirectoryInfo(Path.Combine(folder.FullName, "recorded")));
        tokens = new CallTokens(Organization, CoreId, time);
        Desk = new EnrolmentDesk(Organization, CoreId, enrolmentToken, time, Faults);
        Keys = new KeyCollector(People, Faults);
        Intake = new Intake(Organization, Books, Desk, Keys, Faults);
    }

    public OrganizationId Organization { get; }

    public People People { get; } = new();

    public Books Books { get; } = new();

    public EnrolmentDesk Desk { get; }

    public KeyCollector Keys { get; }

    public Intake Intake { get; }

    public Faults Faults { get; } = new();

    public DirectoryInfo Folder => folder;

    public async Task<RunOutcome> RunAsync(IReadOnlyList<HistoryLine> lines, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var program = options.Service ?? await HostBuild.ServiceAsync(cancellationToken);
        var parts = new CoreParts(Organization, CoreId, Desk, tokens, Intake, recorder, Faults, time);
        await using var server = await CoreServer.StartAsync(parts, cancellationToken); // (1)
        await using var azure = options.Azure ? await AzurePlace.StartAsync(folder, recorder, cancellationToken) : null;
        var settings = new ServiceSettings(folder, Organization, enrolmentToken, server.Address, CoreId, tokens.PublicJwk, azure, options.Replicas);
        await using var service = await Replicas.StartAsync(settings, host => new Keeper(host, recorder, Faults, time), program, time, cancellationToken);
        await Desk.Enrolled.WaitAsync(TimeSpan.FromSeconds(30), time, cancellationToken);
        using var door = new ServiceDoor(Desk.Service!, tokens, recorder, time);
        var sender = new Sender(door, service, time);
        var repairer = new Repairer(sender, Books, Intake, server, Faults, time);
        using var killer = options.KillEvery is { } average ? new Killer(service.Instances, average, time) : null;
        var replayer = new Replayer(sender, repairer, Books, service, killer, Faults);
        var collecting = Keys.RunAsync(cancellationToken);

        var began = time.GetTimestamp();
        await ReplayAsync(lines, replayer, service, killer, progress, cancellationToken); // (2)
        var replayed = time.GetElapsedTime(began);
        await repairer.SettleAsync(cancellationToken); // (3)
        var settled = time.GetElapsedTime(began);
        Keys.Complete();
        await collecting;

        progress.Report(new RunProgress(1, "checking", service.Kills));
        var model = Model.Of(lines);
        var checks = await CheckAsync(sender, model, cancellationToken); // (4)
        await service.StopAsync();
        if (azure is not null)
        {
            checks.Add(azure.Vault(service.Lives, replayer.Events));
            checks.Add(await LedgerCheck.RunAsync(program, folder, settings, cancellationToken));
        }

        var files = recorder.Flush().Concat(settings.LedgerFiles).ToList();
        checks.Add(Leaks.Search([.. Keys.Keys.Values], files, out var searched)); // (5)
        if (killer is not null)
        {
            checks.Add(new Check($"The service was killed at least {Killer.Fewest} times", service.Kills >= Killer.Fewest, $"{service.Kills} kills"));
        }

        checks.Add(Check.Of("Nothing unexpected was answered, posted or refused", "every receipt, post and token was checked as it came", Faults.First));
        var figures = new Figures
        {
            Lines = lines.Count,
            LinesPerRequest = options.LinesPerRequest,
            Azure = options.Azure,
            Replicas = options.Replicas,
            CallsOfReplicas = service.Calls,
            Users = People.Count,
            Events = replayer.Events,
            Requests = replayer.Requests,
            Groups = Books.All().Count,
            Statements = Intake.Statements,
            Epochs = Intake.Epochs,
            Envelopes = Intake.Envelopes,
            Kills = service.Kills,
            Duplicates = replayer.Duplicates,
            Gaps = Intake.Gaps,
            Reseals = repairer.Reseals,
            Seconds = settled.TotalSeconds,
            EventsPerSecond = replayer.Events / replayed.TotalSeconds,
            EnvelopesPerSecond = Intake.Envelopes / settled.TotalSeconds,
            P50Milliseconds = replayer.Latencies.Quantile(0.50),
            P99Milliseconds = replayer.Latencies.Quantile(0.99),
            PeakServiceBytes = service.Peak,
            LedgerBytes = settings.LedgerFiles.Sum(file => file.Length),
            VaultKeys = Keys.Keys.Count,
            SearchedBytes = searched,
        };
        return new RunOutcome(figures, checks, Faults.First);
    }

    public ValueTask DisposeAsync()
    {
        recorder.Dispose();
        tokens.Dispose();
        People.Dispose();
        if (options.Keep is null && folder.Exists)
        {
            folder.Delete(recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    private async Task ReplayAsync(
        IReadOnlyList<HistoryLine> lines, Replayer replayer, Replicas service, Killer? killer, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var killing = killer?.RunAsync(over.Token) ?? Task.CompletedTask;
        try
        {
            var maker = new EventMaker(People, time);
            var chunks = lines.Chunk(options.LinesPerRequest).ToList();
            var total = chunks.Count(EventMaker.MakesEvents);
            var done = 0;
            foreach (var chunk in chunks)
            {
                done += EventMaker.MakesEvents(chunk) ? 1 : 0;
                var share = (double)done / Math.Max(1, total);
                if (maker.Make(chunk) is { } request)
                {
                    await replayer.SendAsync(request, share, cancellationToken);
                }

                progress.Report(new RunProgress(share, "replaying", service.Kills));
            }

            while (killer is not null && service.Kills < Killer.Fewest && !killing.IsCompleted)
            {
                killer.Begin(1);
                await replayer.RepeatLastAsync(cancellationToken);
            }
        }
        finally
        {
            await over.CancelAsync();
            await killing;
        }
    }

    private async Task<List<Check>> CheckAsync(Sender sender, Model model, CancellationToken cancellationToken)
    {
        var ledger = new LedgerReading(sender, Books, Intake);
        var opening = new Opening(Organization, Desk, People, Books, Keys);
        var checks = new List<Check> { await ledger.RunAsync(cancellationToken), RosterChecks.AgainstModel(ledger.Rosters, ledger.Ended, model) };
        if (options is { Expect: { } expect, Limit: null })
        {
            checks.Add(RosterChecks.AgainstSnapshot(ledger.Rosters, Snapshot.Read(expect)));
        }

        checks.Add(RosterChecks.Chains(Books, Intake));
        checks.Add(opening.Members());
        checks.Add(opening.ThoseWhoLeft(model));
        return checks;
    }
}

/// <summary>How far a run is.</summary>
/// <param name="Share">0 to 1.</param>
/// <param name="Step">What it does.</param>
/// <param name="Kills">Kills so far.</param>
internal readonly record struct RunProgress(double Share, string Step, int Kills);
