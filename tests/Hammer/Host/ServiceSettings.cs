using System.Globalization;
using EncryptionService.Formats;

namespace EncryptionService.Hammer.Host;

/// <summary>The service's configuration for one run: ports and folders stay the same through all of its lives.</summary>
internal sealed class ServiceSettings
{
    public ServiceSettings(DirectoryInfo folder, OrganizationId organization, string enrolmentToken, Uri core, string coreId, string callKey)
    {
        var (grpc, probe) = FreePorts.Take(2) is [var first, var second] ? (first, second) : throw new InvalidOperationException();
        Ledger = new DirectoryInfo(Path.Combine(folder.FullName, "ledger"));
        ReadyAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{probe}/healthz/ready"));
        Environment = new Dictionary<string, string>
        {
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Service__OrganizationId"] = organization.Value,
            ["Service__EnrolmentToken"] = enrolmentToken,
            ["Service__GrpcPort"] = grpc.ToString(CultureInfo.InvariantCulture),
            ["Service__ProbePort"] = probe.ToString(CultureInfo.InvariantCulture),
            ["Service__LoopbackOnly"] = "true",
            ["Service__PublicAddress"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{grpc}"),
            ["Service__ResealBudgetPerHour"] = "100000000",
            ["Keys__Path"] = Path.Combine(folder.FullName, "keys"),
            ["Ledger__Path"] = Ledger.FullName,
            ["Core__Url"] = core.ToString(),
            ["Core__Id"] = coreId,
            ["Core__CallKey"] = callKey,
        };
    }

    /// <summary>Where the ledger lies.</summary>
    public DirectoryInfo Ledger { get; }

    /// <summary>The probe that says whether it serves.</summary>
    public Uri ReadyAddress { get; }

    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The service as a program to keep alive.</summary>
    public HostedProgram Of(FileInfo program) => new("service", program, program.Directory!, Environment, ReadyAddress);
}
