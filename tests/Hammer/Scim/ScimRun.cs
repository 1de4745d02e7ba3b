using EncryptionService.Formats;
using EncryptionService.Hammer.Azure;
using EncryptionService.Hammer.Checks;
using EncryptionService.Hammer.History;
using EncryptionService.Hammer.Host;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Run;
using EncryptionService.Hammer.Scim.Checks;
using EncryptionService.Hammer.Scim.Hosts;
using EncryptionService.Hammer.Scim.Idp;
using EncryptionService.Hammer.Scim.Members;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Scim;

/// <summary>
/// One run through the whole chain: (1) install both hosts, (2) replay the history as an IdP would send it, (3) while people accept their invitations,
/// (4) wait until nothing is lacking, (5) read back, open, compare, (6) stop both hosts and search what they left.
/// </summary>
internal sealed class ScimRun : IAsyncDisposable
{
    private const int Concurrency = 8;
    private const string Name = "kubernetes";
    private readonly HammerOptions options;
    private readonly IdpKind kind;
    private readonly TimeProvider time;
    private readonly DirectoryInfo folder;
    private readonly Recorder recorder;
    private readonly Faults faults = new();
    private readonly VaultKeys keys;
    private readonly OrganizationId organization;
    private TimeSpan replayed;

    public ScimRun(HammerOptions options, IdpKind kind, TimeProvider time)
    {
        this.options = options;
        this.kind = kind;
        this.time = time;
        folder = options.Keep ?? Directory.CreateTempSubdirectory("encryption-service-hammer-");
        folder.Create();
        if (folder.EnumerateFileSystemInfos().Any())
        {
            throw new HammerException($"{folder.FullName} is not empty.");
        }

        organization = OrganizationId.TryParse(Name, out var id) ? id : throw new InvalidOperationException();
        recorder = new Recorder(new DirectoryInfo(Path.Combine(folder.FullName, "recorded")));
        keys = new VaultKeys(faults);
        Source = new IdpDirectory(options.LinesPerRequest);
    }

    /// <summary>What the IdP has.</summary>
    public IdpDirectory Source { get; }

    /// <summary>What the core had at the end.</summary>
    public CoreRecords? Records { get; private set; }

    public async Task<ScimOutcome> RunAsync(IReadOnlyList<HistoryLine> lines, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var programs = new Programs(
            options.Core ?? await HostBuild.CoreAsync(cancellationToken), options.Service ?? await HostBuild.ServiceAsync(cancellationToken));
        await using var database = await CoreDatabase.CreateAsync(folder, options.Postgres, cancellationToken);
        await using var hosts = await Installation.StartAsync(programs, folder, database, options.Instances, hurried: options.KillEvery is not null, recorder, faults, time, cancellationToken); // (1)
        await hosts.CoreVerbAsync(["org", "create", Name, "--name", "Kubernetes"], cancellationToken);
        var connection = await hosts.ConnectAsync(organization, kind, cancellationToken);
        await using var azure = options.Azure ? await AzurePlace.StartAsync(folder, recorder, cancellationToken) : null;
        await hosts.StartServiceAsync(organization, azure, options.Replicas, cancellationToken);
        await hosts.WaitAsync(database, """SELECT COUNT(*) FROM "Services" """, "The enrolment of the service", cancellationToken);
        var pinned = await hosts.PinAsync(cancellationToken);

        var agent = kind == IdpKind.Entra ? EntraId.AgentName : Okta.AgentName;
        using var door = new ScimDoor(hosts.Cores, connection.BaseUrl.AbsolutePath, connection.Token, agent, recorder, time);
        IIdp idp = kind == IdpKind.Entra ? new EntraId(door) : new Okta(door);
        using var members = new MemberDoor(organization, hosts.Cores, recorder, time);
        using var invitees = new Invitees(hosts.Mail, members, faults, time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var accepting = invitees.RunAsync(over.Token); // (3)
        await idp.TestConnectionAsync(cancellationToken);

        var began = time.GetTimestamp();
        await ReplayAsync(lines, idp, hosts, database, progress, cancellationToken); // (2), (4)
        var settled = time.GetElapsedTime(began);
        await over.CancelAsync();
        await accepting;

        progress.Report(new RunProgress(1, "checking", Kills(hosts)));
        Records = await CoreRecords.ReadAsync(database, cancellationToken);
        var requests = door.Times.Count;
        var kinds = door.Times.Kinds();
        var (p50, p99) = (door.Times.Quantile(0.50), door.Times.Quantile(0.99));
        var model = Model.Of(lines);
        var checks = await CheckAsync(new ScimReading(door, Source), model, cancellationToken); // (5)
        checks.Add(await StatusReading.AtRestAsync(hosts, cancellationToken));
        checks.Add(RecordChecks.Outbox(Records));
        checks.Add(RecordChecks.Chains(Records, out var statements, out var epochs));
        var opening = new MemberOpening(organization, pinned, Source, invitees, members, keys);
        checks.Add(await opening.MembersAsync(cancellationToken));
        checks.Add(await opening.ThoseWhoLeftAsync(model, Records, cancellationToken));

        await hosts.StopAsync(); // (6)
        if (azure is not null)
        {
            checks.Add(azure.Vault(hosts.Service.Lives, Records.Events.Count));
        }

        checks.Add(await LedgerCheck.RunAsync(programs.Service, folder, hosts.ServiceSettings, cancellationToken));
        var dumped = await database.DumpAsync(new DirectoryInfo(Path.Combine(folder.FullName, "dump")), cancellationToken);
        var outputs = recorder.Flush().ToList();
        var ledger = hosts.ServiceSettings.LedgerFiles;
        checks.Add(Leaks.Search([.. keys.All.Values], [.. outputs, .. dumped, .. ledger, .. hosts.Mail.GetFiles()], out var searched));
        checks.Add(Tokens(invitees, connection.Token, hosts.EnrolmentToken, [.. outputs, .. dumped, .. ledger]));
        if (options.KillEvery is not null)
        {
            checks.Add(new Check(
                $"The hosts were killed at least {Killer.Fewest} times", Kills(hosts) >= Killer.Fewest, $"the core {hosts.Cores.Kills} times, the service {hosts.Service.Kills} times"));
        }

        checks.Add(Check.Of("Nothing unexpected was answered or mailed", "every answer was checked as it came", faults.First));
        var figures = new ScimFigures
        {
            Idp = kind.ToString(),
            Database = database.Product,
            Instances = options.Instances,
            Azure = options.Azure,
            Replicas = options.Replicas,
            CallsOfReplicas = hosts.Service.Calls,
            Lines = lines.Count,
            MembersPerRequest = options.LinesPerRequest,
            Users = Source.Users.Count,
            Groups = Source.Groups.Count,
            Requests = requests,
            Lost = door.Lost,
            RequestsPerSecond = requests / replayed.TotalSeconds,
            P50Milliseconds = p50,
            P99Milliseconds = p99,
            Kinds = kinds,
            Mails = invitees.Mails,
            Acceptances = invitees.Accepted,
            Events = Records.Events.Count,
            Statements = statements,
            Epochs = epochs,
            Envelopes = Records.Envelopes.Count,
            ReplaySeconds = replayed.TotalSeconds,
            SettledSeconds = (settled - replayed).TotalSeconds,
            Seconds = settled.TotalSeconds,
            CoreKills = hosts.Cores.Kills,
            ServiceKills = hosts.Service.Kills,
            PeakCoreBytes = hosts.Cores.Instances.Max(core => core.Peak),
            PeakServiceBytes = hosts.Service.Peak,
            VaultKeys = keys.All.Count,
            SearchedBytes = searched,
        };
        return new ScimOutcome(figures, checks, faults.First);
    }

    public ValueTask DisposeAsync()
    {
        recorder.Dispose();
        if (options.Keep is null && folder.Exists)
        {
            folder.Delete(recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    private static int Kills(Installation hosts) => hosts.Cores.Kills + hosts.Service.Kills;

    /// <summary>Tokens are shown once, to whom they are for: no output and no store has them.</summary>
    private static Check Tokens(Invitees invitees, string connection, string enrolment, IReadOnlyCollection<FileInfo> files)
    {
        var tokens = new[] { connection, enrolment }.Select(text => Base64UrlText.TryDecode(text, out var bytes) && bytes.Length == 32 ? bytes : null).OfType<byte[]>().ToList();
        var scan = new SecretScan([.. tokens, .. invitees.Tokens]);
        var problems = files.Select(file => (file, found: scan.Count(file))).Where(hit => hit.found > 0).Select(hit => $"{hit.found} in {hit.file.Name}").ToList();
        if (tokens.Count != 2)
        {
            problems.Add("the tokens are of another form, and were not searched for");
        }

        return Check.Of("No token in any output, database or ledger", $"the connection's, the enrolment's, {invitees.Tokens.Count} of invitations", problems);
    }

    private async Task ReplayAsync(
        IReadOnlyList<HistoryLine> lines, IIdp idp, Installation hosts, CoreDatabase database, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        using var killer = options.KillEvery is { } average ? new Killer([.. InTurn(hosts)], average, time) : null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var killing = killer?.RunAsync(over.Token) ?? Task.CompletedTask;
        try
        {
            var began = time.GetTimestamp();
            using var runner = new StepRunner(Concurrency, async step =>
            {
                killer?.Begin(step.Share);
                await idp.RunAsync(step, cancellationToken);
                progress.Report(new RunProgress(step.Share, "replaying", Kills(hosts)));
            });
            await runner.RunAsync(Source.Steps(lines), cancellationToken);
            replayed = time.GetElapsedTime(began);
            while (killer is not null && killer.Kills < Killer.Fewest && !killing.IsCompleted)
            {
                killer.Begin(1);
                await idp.TestConnectionAsync(cancellationToken);
            }
        }
        finally
        {
            await over.CancelAsync();
            await killing;
        }

        foreach (var host in hosts.Cores.Instances.Concat(hosts.Service.Instances))
        {
            await host.WaitReadyAsync(cancellationToken);
        }

        await Settling.RunAsync(database, faults, time, lack => progress.Report(new RunProgress(1, $"waiting for {lack}", Kills(hosts))), cancellationToken);
    }

    /// <summary>The core's instances and the service's replicas, so that each side dies as often as the other.</summary>
    private static IEnumerable<Keeper> InTurn(Installation hosts) =>
        hosts.Cores.Instances.SelectMany(core => hosts.Service.Instances.SelectMany(service => new[] { core, service }));

    private async Task<List<Check>> CheckAsync(ScimReading reading, Model model, CancellationToken cancellationToken)
    {
        var checks = new List<Check>
        {
            await reading.UsersAsync(cancellationToken),
            await reading.GroupsAsync(cancellationToken),
            RosterChecks.AgainstModel(reading.Rosters, reading.Ended, model),
        };
        if (options is { Expect: { } expect, Limit: null })
        {
            checks.Add(RosterChecks.AgainstSnapshot(reading.Rosters, Snapshot.Read(expect)));
        }

        return checks;
    }
}
