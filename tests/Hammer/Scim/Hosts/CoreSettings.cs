using System.Globalization;
using EncryptionService.Hammer.Host;

namespace EncryptionService.Hammer.Scim.Hosts;

/// <summary>The core's configuration for one run: one set for each instance, all with the same data.</summary>
internal sealed class CoreSettings
{
    public const string CoreId = "hammer-core";
    private readonly DirectoryInfo folder;
    private readonly CoreDatabase database;
    private readonly bool hurried;
    private readonly IReadOnlyList<int> ports;

    /// <param name="folder">Where its data is.</param>
    /// <param name="database">Its database.</param>
    /// <param name="instances">How many there are.</param>
    /// <param name="hurried">Short pauses after failures: a run that kills shall not spend its minutes in pauses that are made for outages of hours.</param>
    public CoreSettings(DirectoryInfo folder, CoreDatabase database, int instances, bool hurried)
    {
        this.folder = folder;
        this.database = database;
        this.hurried = hurried;
        ports = FreePorts.Take(instances);
        Mail = new DirectoryInfo(Path.Combine(folder.FullName, "mail"));
        Mail.Create();
    }

    /// <summary>Where invitations are written to.</summary>
    public DirectoryInfo Mail { get; }

    /// <summary>The address that services and members use: the first instance's.</summary>
    public Uri Root => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[0]}"));

    public static Uri RootOf(HostedProgram core) => new(core.ReadyAddress.GetLeftPart(UriPartial.Authority));

    /// <summary>The instances as programs to keep alive.</summary>
    public IEnumerable<HostedProgram> Of(FileInfo program) => ports.Select((port, index) => new HostedProgram(
        index == 0 ? "core" : string.Create(CultureInfo.InvariantCulture, $"core {index + 1}"),
        program,
        folder,
        Environment(port),
        new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/healthz/ready"))));

    /// <summary>What the verbs need.</summary>
    public Dictionary<string, string> Environment() => Environment(ports[0]);

    private Dictionary<string, string> Environment(int port)
    {
        var settings = new Dictionary<string, string>(database.Settings)
        {
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Provisioning__CoreId"] = CoreId,
            ["Provisioning__Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Provisioning__PublicUrl"] = Root.GetLeftPart(UriPartial.Authority),
            ["Provisioning__LoopbackOnly"] = "true",
            ["Provisioning__AllowLocalServices"] = "true",
            ["Provisioning__KeysPath"] = Path.Combine(folder.FullName, "core-keys"),
            ["Invitations__PickupFolder"] = Mail.FullName,
        };
        if (hurried)
        {
            settings["Dispatch__BaseDelayMilliseconds"] = "100";
            settings["Dispatch__MaxDelayMilliseconds"] = "2000";
            settings["Dispatch__RepairAfterMilliseconds"] = "1500";
        }

        return settings;
    }
}
