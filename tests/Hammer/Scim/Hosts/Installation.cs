using System.Text.Json.Nodes;
using EncryptionService.Formats;
using EncryptionService.Hammer.Azure;
using EncryptionService.Hammer.Host;
using EncryptionService.Hammer.Report;
using EncryptionService.Hammer.Scim.Idp;
using EncryptionService.Hammer.Secrets;

namespace EncryptionService.Hammer.Scim.Hosts;

/// <summary>The two programs.</summary>
internal sealed record Programs(FileInfo Core, FileInfo Service);

/// <summary>Both hosts, installed as their administrators install them: with the verbs, and nothing else.</summary>
internal sealed class Installation : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    private readonly Programs programs;
    private readonly DirectoryInfo folder;
    private readonly CoreSettings settings;
    private readonly Recorder recorder;
    private readonly Faults faults;
    private readonly TimeProvider time;

    private Installation(Programs programs, DirectoryInfo folder, CoreSettings settings, Recorder recorder, Faults faults, TimeProvider time)
    {
        this.programs = programs;
        this.folder = folder;
        this.settings = settings;
        this.recorder = recorder;
        this.faults = faults;
        this.time = time;
        Cores = new Cores([.. settings.Of(programs.Core).Select(core => new Keeper(core, recorder, faults, time))]);
    }

    public Cores Cores { get; }

    /// <summary>The service of the organization, once it was started.</summary>
    public Replicas Service { get; private set; } = null!;

    public ServiceSettings ServiceSettings { get; private set; } = null!;

    /// <summary>Where the mails are.</summary>
    public DirectoryInfo Mail => settings.Mail;

    /// <summary>The address that members and services use.</summary>
    public Uri Root => settings.Root;

    /// <summary>Installs the core: no organization yet.</summary>
    public static async Task<Installation> StartAsync(
        Programs programs, DirectoryInfo folder, CoreDatabase database, int instances, bool hurried, Recorder recorder, Faults faults, TimeProvider time, CancellationToken cancellationToken)
    {
        var installation = new Installation(programs, folder, new CoreSettings(folder, database, instances, hurried), recorder, faults, time);
        foreach (var core in installation.Cores.Instances)
        {
            await core.StartAsync(cancellationToken);
            await core.WaitReadyAsync(cancellationToken);
        }

        return installation;
    }

    /// <summary>Runs a verb of the core.</summary>
    public Task<string> CoreVerbAsync(string[] arguments, CancellationToken cancellationToken) =>
        Verb.RunAsync(programs.Core, folder, settings.Environment(), arguments, cancellationToken);

    /// <summary>Runs a verb of the service, which may exit with anything.</summary>
    public Task<VerbResult> ServiceVerbAsync(string[] arguments, CancellationToken cancellationToken) =>
        Verb.TryAsync(programs.Service, folder, ServiceSettings.Environment, arguments, cancellationToken);

    /// <summary>Makes a connection for an IdP.</summary>
    public async Task<Connection> ConnectAsync(OrganizationId organization, IdpKind kind, CancellationToken cancellationToken)
    {
        var made = await CoreVerbAsync(["connection", "create", "--org", organization.Value, "--kind", kind == IdpKind.Entra ? "entra" : "okta", "--json"], cancellationToken);
        var json = JsonNode.Parse(made)!.AsObject();
        return new Connection(new Uri((string)json["baseUrl"]!), (string)json["token"]!);
    }

    /// <summary>Configures the organization's service, starts it, and waits until it is ready and enrolled.</summary>
    /// <param name="organization">The organization.</param>
    /// <param name="azure">Where its ledger and keys are; null: in files.</param>
    /// <param name="replicas">How many there are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartServiceAsync(OrganizationId organization, AzurePlace? azure, int replicas, CancellationToken cancellationToken)
    {
        var file = Path.Combine(folder.FullName, "service.env");
        await CoreVerbAsync(["service", "configure", "--org", organization.Value, "--env", "--out", file], cancellationToken);
        var lines = (await File.ReadAllLinesAsync(file, cancellationToken)).Where(line => line.Contains('=', StringComparison.Ordinal))
            .ToDictionary(line => line[..line.IndexOf('=', StringComparison.Ordinal)], line => line[(line.IndexOf('=', StringComparison.Ordinal) + 1)..].Trim('\'', '"'));
        EnrolmentToken = lines["Service__EnrolmentToken"];
        ServiceSettings = new ServiceSettings(folder, organization, EnrolmentToken, new Uri(lines["Core__Url"]), lines["Core__Id"], lines["Core__CallKey"], azure, replicas);
        Service = await Replicas.StartAsync(ServiceSettings, host => new Keeper(host, recorder, faults, time), programs.Service, time, cancellationToken);
    }

    /// <summary>The enrolment token that the service was given.</summary>
    public string EnrolmentToken { get; private set; } = "";

    /// <summary>Waits until a query finds something.</summary>
    public async Task WaitAsync(CoreDatabase database, string sql, string what, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (await database.CountAsync(sql, cancellationToken) == 0)
        {
            if (time.GetElapsedTime(began) > Patience)
            {
                throw new HammerException($"{what} did not happen within {Patience.TotalSeconds:F0} seconds; see the outputs in the data folder (--keep).");
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>The thumbprint of the organization key, as the service's administrator reads it out to members. A ledger in files is one program's at a time.</summary>
    public async Task<Thumbprint> PinAsync(CancellationToken cancellationToken)
    {
        await Service.StopAsync();
        var result = await ServiceVerbAsync(["identity", "--json"], cancellationToken);
        await Service.StartAsync(cancellationToken);
        return result.Code == 0 && Thumbprint.TryParse((string?)JsonNode.Parse(result.Output)!["organizationKey"], out var pinned)
            ? pinned
            : throw new HammerException($"'identity' of the service exited with {result.Code}: {result.Error}{result.Output}");
    }

    /// <summary>Ends both hosts.</summary>
    public async Task StopAsync()
    {
        foreach (var core in Cores.Instances)
        {
            await core.StopAsync();
        }

        if (Service is not null)
        {
            await Service.StopAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var core in Cores.Instances)
        {
            await core.DisposeAsync();
        }

        if (Service is not null)
        {
            await Service.DisposeAsync();
        }
    }
}

/// <summary>What an IdP's administrator types in: base URL and token.</summary>
internal sealed record Connection(Uri BaseUrl, string Token);
