using EncryptionService.Hammer.Host;
using EncryptionService.Hammer.Scim.Hosts;

namespace EncryptionService.Hammer.Checks;

/// <summary>Has the service's own verb walk its ledger, wherever that lies.</summary>
internal static class LedgerCheck
{
    /// <summary>Runs <c>ledger verify</c>; it needs no running service.</summary>
    public static async Task<Check> RunAsync(FileInfo program, DirectoryInfo folder, ServiceSettings settings, CancellationToken cancellationToken)
    {
        var verified = await Verb.TryAsync(program, folder, settings.Environment, ["ledger", "verify"], cancellationToken);
        var last = (verified.Output + verified.Error).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new Check("The service finds its ledger intact", verified.Code == 0, $"'ledger verify' exited with {verified.Code}: {string.Join("; ", last)}");
    }
}
