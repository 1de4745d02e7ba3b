using System.Diagnostics.CodeAnalysis;
using EncryptionService.Provisioning;
using EncryptionService.Provisioning.Connections;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Directory;
using EncryptionService.Provisioning.Organizations;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EncryptionService.Benchmarks.World;

/// <summary>The core as a process of its own on an empty database, and its rooms once more in this process: to prepare and to look, never to measure.</summary>
internal sealed class CoreScene : IAsyncDisposable
{
    private const string CoreId = "core";
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo folder;
    private readonly CoreDatabase database;
    private readonly Uri address;
    private readonly WebApplication rooms;
    private readonly string[] settings;
    private readonly Programs programs;
    private readonly List<HostProcess> services = [];

    private CoreScene(Programs programs, DirectoryInfo folder, CoreDatabase database, Uri address, string[] settings, HostProcess process)
    {
        (this.programs, this.folder, this.database, this.address, this.settings) = (programs, folder, database, address, settings);
        rooms = ProvisioningHost.Build(settings, serves: false);
        Process = process;
    }

    /// <summary>The core.</summary>
    public HostProcess Process { get; }

    /// <summary>Its database.</summary>
    public CoreStore Store => rooms.Services.GetRequiredService<CoreStore>();

    private OrganizationBook Organizations => rooms.Services.GetRequiredService<OrganizationBook>();

    /// <summary>Starts a core, and returns once it is ready.</summary>
    /// <param name="programs">The built hosts.</param>
    /// <param name="product">Database.</param>
    /// <param name="settings">Further settings of the core.</param>
    /// <param name="cancellationToken">Stops.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The scene takes process and database over.")]
    public static async Task<CoreScene> StartAsync(Programs programs, DatabaseProvider product, string[] settings, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("encryption-service-benchmark-");
        var database = await CoreDatabase.CreateAsync(product, folder.FullName);
        var (port, _) = HostProcess.FreePorts();
        var address = new Uri($"http://127.0.0.1:{port}");
        string[] all =
        [
            $"--Provisioning:Port={port}", "--Provisioning:LoopbackOnly=true", "--Provisioning:AllowLocalServices=true", $"--Provisioning:PublicUrl={address}",
            $"--Provisioning:KeysPath={Path.Combine(folder.FullName, "keys")}", $"--Provisioning:CoreId={CoreId}", $"--Invitations:PickupFolder={Path.Combine(folder.FullName, "mail")}",
            .. database.Settings, .. settings,
        ];
        var process = await HostProcess.StartAsync(programs.Provisioning, all, Path.Combine(folder.FullName, "core.log"), port, cancellationToken);
        return new CoreScene(programs, folder, database, address, all, process);
    }

    /// <summary>An organization, and its IdP with so many connections at most.</summary>
    public async Task<Idp> OrganizationAsync(string id, int connections, CancellationToken cancellationToken)
    {
        await Organizations.CreateAsync(id, id, Actor.Command, cancellationToken);
        var connection = await rooms.Services.GetRequiredService<ConnectionBook>().CreateAsync(id, ConnectionKind.EntraId, null, Actor.Command, cancellationToken);
        return new Idp(connection!.BaseUrl, connection.Token, connections);
    }

    /// <summary>The same core once more, listening in this process and doing nothing else, so that its statements can be counted.</summary>
    /// <returns>It, and its address.</returns>
    public async Task<(WebApplication Core, Uri Address)> ListenHereAsync(CancellationToken cancellationToken)
    {
        var (port, _) = HostProcess.FreePorts();
        var here = ProvisioningHost.Build([.. settings, $"--Provisioning:Port={port}"], services =>
        {
            services.AddLogging(logging => logging.ClearProviders());
            foreach (var work in services.Where(IsOwnWork).ToList())
            {
                services.Remove(work);
            }
        });
        await here.StartAsync(cancellationToken);
        return (here, new Uri($"http://127.0.0.1:{port}"));
    }

    /// <summary>Enrols a real service of the organization: a process of its own.</summary>
    public async Task<HostProcess> EnrolAsync(string organization, CancellationToken cancellationToken)
    {
        var (grpc, probe) = HostProcess.FreePorts();
        var data = Path.Combine(folder.FullName, $"service-{organization}");
        string[] settings =
        [
            $"--Service:OrganizationId={organization}", $"--Service:EnrolmentToken={await Organizations.EnrolmentTokenAsync(organization, Actor.Command, cancellationToken)}",
            $"--Service:GrpcPort={grpc}", $"--Service:ProbePort={probe}", "--Service:LoopbackOnly=true", $"--Keys:Path={Path.Combine(data, "keys")}", $"--Ledger:Path={Path.Combine(data, "ledger")}",
            $"--Core:Url={address}", $"--Core:Id={CoreId}", $"--Core:CallKey={await rooms.Services.GetRequiredService<CallKeys>().PublicJwkAsync(organization, cancellationToken)}",
        ];
        var service = await HostProcess.StartAsync(programs.Service, settings, Path.Combine(folder.FullName, $"{organization}.log"), probe, cancellationToken);
        services.Add(service);
        await UntilAsync(db => db.Services.AnyAsync(row => row.OrganizationId == organization, cancellationToken), patience, pause, cancellationToken);
        return service;
    }

    /// <summary>Waits until the database says so.</summary>
    /// <param name="holds">What it is asked.</param>
    /// <param name="limit">How long before this gives up.</param>
    /// <param name="glance">Pause between two looks.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="TimeoutException">It did not say so in time.</exception>
    public async Task UntilAsync(Func<CoreDb, Task<bool>> holds, TimeSpan limit, TimeSpan glance, CancellationToken cancellationToken)
    {
        var end = TimeProvider.System.GetUtcNow() + limit;
        while (!await Store.ReadAsync(holds, cancellationToken))
        {
            if (TimeProvider.System.GetUtcNow() > end)
            {
                throw new TimeoutException($"Not after {limit.TotalSeconds:0} s. Logs are in {folder.FullName}.");
            }

            await Task.Delay(glance, TimeProvider.System, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }

        await Process.DisposeAsync();
        await rooms.DisposeAsync();
        await database.DisposeAsync();
        folder.Delete(recursive: true);
    }

    internal static bool IsOwnWork(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService)
        && (service.ImplementationType ?? service.ImplementationFactory?.Method.DeclaringType)?.Assembly == typeof(ProvisioningHost).Assembly;
}
