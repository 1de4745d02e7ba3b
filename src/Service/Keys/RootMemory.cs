using System.Globalization;

namespace EncryptionService.Service.Keys;

/// <summary>Lets the keeper of the organization key remember that a root was made, so that a ledger that is gone is no first start (docs/spec/ledger.md, section 6).</summary>
/// <remarks>The ledger cannot say of itself that it was emptied, and the core would help whoever empties it; the keeper of the keys is neither.</remarks>
internal sealed partial class RootMemory(IOrganizationKey organizationKey, ILogger<RootMemory> logger)
{
    /// <summary>What a keeper remembers, as a generation. What cannot be read is more than any: it is no leave to start anew.</summary>
    /// <param name="text">What the keeper has; null: nothing.</param>
    public static ulong Read(string? text) => text is null ? 0
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation
        : ulong.MaxValue;

    /// <summary>The refusal to make a root where there was one.</summary>
    public static StartupException Lost(ulong remembered) => new(
        ExitCode.Disagreement,
        remembered == ulong.MaxValue
            ? "The ledger has no root, and what the keeper of the organization key remembers of an earlier one cannot be read: somebody changed it. Restore the ledger first (runbook lose-and-restore, section 3); the tag eec-root-generation of the organization key, or organization-key.generation beside its file, must be the generation of the last root."
            : $"The ledger has no root, but one of generation {remembered} was made under this organization key: the ledger was emptied, deleted, or is another one. Restore it (runbook lose-and-restore, section 3), or correct where it is. Only if it is lost for good, set Service:IdentityGeneration to {remembered + 1} (section 4).");

    /// <summary>Brings the keeper's memory up to the generation that the ledger has. Nobody is kept from serving by a keeper that does not do it.</summary>
    /// <param name="version">The organization key, as it was read at this start.</param>
    /// <param name="generation">The generation of the ledger's identity.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RememberAsync(SigningVersion version, ulong generation, CancellationToken cancellationToken)
    {
        if (version.RootGeneration >= generation)
        {
            return;
        }

        try
        {
            await organizationKey.RememberRootAsync(version, generation, cancellationToken);
        }
        catch (KeyUnavailableException exception)
        {
            LogNotRemembered(logger, exception.Message);
        }
    }

    [LoggerMessage(EventId = 618, Level = LogLevel.Warning, Message = "The keeper of the organization key does not remember yet that this ledger exists, so an emptied ledger would look like a first start; the next start tries again. {Message}")]
    private static partial void LogNotRemembered(ILogger logger, string message);
}
