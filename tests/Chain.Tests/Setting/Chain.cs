using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EncryptionService.Formats;
using EncryptionService.Provisioning;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using EncryptionService.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Chain.Tests.Setting;

/// <summary>Both real hosts over Kestrel on loopback, an organization with a connection, and members' clients. Either host can be stopped and started again.</summary>
internal sealed class Chain : IAsyncDisposable
{
    public const string Organization = "acme";

    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(25);

    private readonly DirectoryInfo folder = System.IO.Directory.CreateTempSubdirectory("encryption-service-chain-");
    private readonly int[] ports = FreePorts();
    private readonly List<Person> people = [];
    private readonly Dictionary<string, string> serviceSettings = [];
    private readonly Dictionary<string, string> coreSettings = [];
    private WebApplication? provisioning;
    private WebApplication? service;
    private string enrolmentToken = "";

    private Chain()
    {
    }

    public static string Passphrase => "correct horse battery staple";

    public Idp Idp { get; private set; } = null!;

    public Uri Core => new(string.Create(CultureInfo.InvariantCulture, $"http://localhost:{ports[0]}"));

    /// <summary>The service's clock.</summary>
    public ShiftedTime Clock { get; } = new();

    public LogBook ServiceLog { get; } = new();

    public LogBook CoreLog { get; } = new();

    public string Ledger => Path.Combine(folder.FullName, "service", "ledger");

    public string Keys => Path.Combine(folder.FullName, "service", "keys");

    public IServiceProvider Provisioning => provisioning!.Services;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts everything and returns once the service has enrolled.</summary>
    /// <param name="settings">What is not as usual; those of sections <c>Provisioning</c> and <c>Invitations</c> are the core's, all others the service's.</param>
    public static async Task<Chain> StartAsync(params (string Name, string Value)[] settings)
    {
        var chain = await StartCoreAsync(settings);
        await chain.ConnectAsync();
        chain.enrolmentToken = (await chain.Provisioning.GetRequiredService<OrganizationBook>().EnrolmentTokenAsync(Organization, Actor.Command, Stop))!;
        await chain.StartServiceAsync();
        await chain.UntilAsync(db => db.Services.AnyAsync(Stop), "the service enrols");
        return chain;
    }

    /// <summary>Starts the core alone: an organization that has neither an IdP nor a service.</summary>
    public static async Task<Chain> StartCoreAsync(params (string Name, string Value)[] settings)
    {
        var chain = new Chain();
        foreach (var (name, value) in settings)
        {
            var isCores = name.StartsWith("Provisioning:", StringComparison.Ordinal) || name.StartsWith("Invitations:", StringComparison.Ordinal);
            (isCores ? chain.coreSettings : chain.serviceSettings)[name] = value;
        }

        await chain.StartProvisioningAsync();
        await chain.Provisioning.GetRequiredService<OrganizationBook>().CreateAsync(Organization, "Acme", Actor.Command, Stop);
        return chain;
    }

    /// <summary>Somebody else made the connection: an IdP that has its credentials.</summary>
    public void Connect(Uri baseUrl, string token) => Idp = new Idp(baseUrl, token);

    /// <summary>Starts a service from what an administrator was given for it.</summary>
    public Task StartServiceAsync(string token)
    {
        enrolmentToken = token;
        return StartServiceAsync();
    }

    public async Task StartProvisioningAsync()
    {
        provisioning = ProvisioningHost.Build(
            [
                $"--Provisioning:Port={ports[0]}", "--Provisioning:LoopbackOnly=true", "--Provisioning:AllowLocalServices=true", $"--Provisioning:KeysPath={folder.FullName}/keys",
                $"--Database:Path={folder.FullName}/core.db", $"--Invitations:PickupFolder={folder.FullName}/mail",
                "--Dispatch:BaseDelayMilliseconds=50", "--Dispatch:MaxDelayMilliseconds=500", "--Dispatch:RepairAfterMilliseconds=200", "--Dispatch:PollMilliseconds=50",
                .. coreSettings.Select(setting => $"--{setting.Key}={setting.Value}"),
            ],
            services => services.AddLogging(logging => logging.ClearProviders().AddProvider(CoreLog)));
        await provisioning.Services.MigrateAsync(Stop);
        await provisioning.StartAsync(Stop);
    }

    public async Task StartServiceAsync()
    {
        var settings = new Dictionary<string, string>
        {
            ["Service:OrganizationId"] = Organization,
            ["Service:EnrolmentToken"] = enrolmentToken,
            ["Service:GrpcPort"] = ports[1].ToString(CultureInfo.InvariantCulture),
            ["Service:ProbePort"] = "0",
            ["Service:LoopbackOnly"] = "true",
            ["Core:Url"] = Core.ToString(),
            ["Core:Id"] = "core",
            ["Core:CallKey"] = await Provisioning.GetRequiredService<CallKeys>().PublicJwkAsync(Organization, Stop),
            ["Keys:Path"] = Keys,
            ["Ledger:Path"] = Ledger,
        };
        foreach (var (name, value) in serviceSettings)
        {
            settings[name] = value;
        }

        service = ServiceHost.Build([.. settings.Select(setting => $"--{setting.Key}={setting.Value}")], services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            services.AddLogging(logging => logging.ClearProviders().AddProvider(ServiceLog));
        });
        await service.StartAsync(Stop);
    }

    public async Task StopProvisioningAsync()
    {
        await provisioning!.StopAsync(CancellationToken.None);
        await provisioning.DisposeAsync();
        provisioning = null;
    }

    public async Task StopServiceAsync()
    {
        await service!.StopAsync(CancellationToken.None);
        await service.DisposeAsync();
        service = null;
    }

    /// <summary>Thumbprint that the administrator hands out: read from the service's own ledger, not from the core.</summary>
    public Thumbprint OrganizationKey() => service!.Services.GetRequiredService<Service.Keys.KeyRing>().Keys.Certificate.OrganizationKey.Thumbprint;

    /// <summary>A user who accepted the invitation that came by mail, and trusts the organization code.</summary>
    public async Task<Person> JoinAsync(string name, Suite? suite = null)
    {
        var person = new Person(await Idp.CreateUserAsync($"{name}@acme.example"), await LinkAsync($"{name}@acme.example"));
        people.Add(person);
        await person.AcceptAsync(suite ?? Suite.Hpke4);
        await person.TrustAsync(OrganizationKey());
        return person;
    }

    /// <summary>The link in the newest mail to this address.</summary>
    public async Task<string> LinkAsync(string address)
    {
        string? link = null;
        await UntilAsync(() => Task.FromResult((link = FindLink(address)) is not null), $"a mail to {address}");
        return link!;
    }

    /// <summary>Waits until every group of the organization is complete: nothing waits, no statement and no envelope is missing.</summary>
    public Task SettleAsync() => UntilAsync(
        async db => !await db.Events.AnyAsync(row => row.State == EventState.Waiting, Stop) && !await db.Chains.AnyAsync(row => row.CheckAt != null, Stop),
        "every group is complete");

    public Task UntilAsync(Func<CoreDb, Task<bool>> holds, string what) => UntilAsync(() => ReadAsync(holds), what);

    public static Task UntilAsync(Func<bool> holds, string what) => UntilAsync(() => Task.FromResult(holds()), what);

    public Task<T> ReadAsync<T>(Func<CoreDb, Task<T>> read) => Provisioning.GetRequiredService<CoreStore>().ReadAsync(read, Stop);

    public async ValueTask DisposeAsync()
    {
        Idp?.Dispose();
        people.ForEach(person => person.Dispose());
        await (service is null ? Task.CompletedTask : StopServiceAsync());
        await (provisioning is null ? Task.CompletedTask : StopProvisioningAsync());
        folder.Delete(recursive: true);
    }

    private async Task ConnectAsync()
    {
        var connection = await Provisioning.GetRequiredService<ConnectionBook>().CreateAsync(Organization, ConnectionKind.EntraId, null, Actor.Command, Stop);
        Connect(connection!.BaseUrl, connection.Token);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < patience, $"Waited in vain until {what}.");
            await Task.Delay(pause, TimeProvider.System, Stop);
        }
    }

    private static int[] FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return [((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port];
    }

    private string? FindLink(string address)
    {
        var box = new DirectoryInfo(Path.Combine(folder.FullName, "mail"));
        return !box.Exists ? null : box.GetFiles("*.eml").OrderByDescending(mail => mail.LastWriteTimeUtc).Select(mail => File.ReadAllLines(mail.FullName))
            .Where(lines => lines.Any(line => line.StartsWith("To:", StringComparison.OrdinalIgnoreCase) && line.Contains(address, StringComparison.OrdinalIgnoreCase)))
            .Select(lines => lines.FirstOrDefault(line => line.Contains("/join#", StringComparison.Ordinal))?.Trim())
            .FirstOrDefault();
    }
}
