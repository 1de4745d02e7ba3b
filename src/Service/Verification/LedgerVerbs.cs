using System.Globalization;
using System.Text.Json;
using EncryptionService.Formats;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using EncryptionService.Service.Settings;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Verification;

/// <summary>The verbs that look at ledger and keys without serving.</summary>
internal static class LedgerVerbs
{
    /// <summary>Walks everything and says what it found; needs the keys for MACs and sealed keys, and goes without where they are missing.</summary>
    /// <returns>0, or 3 if anything is damaged.</returns>
    public static async Task<int> VerifyAsync(IServiceProvider rooms, bool json, CancellationToken cancellationToken)
    {
        var store = rooms.GetRequiredService<RootStore>();
        LedgerFault? rootFault = null;
        ServiceKeys? keys = null;
        string? keyless = null;
        try
        {
            (keys, keyless) = await TryOpenAsync(rooms, cancellationToken);
        }
        catch (LedgerDamagedException damaged)
        {
            rootFault = damaged.Fault;
        }
        catch (StartupException changed) when (Configured(rooms) == store.State.Created?.OrganizationId)
        {
            // The keys are there, and the first record does not fit them: no later frame need betray that.
            rootFault = new LedgerFault(new SegmentName(StreamName.Root, 1), 0, 0, changed.Message);
        }

        var certificate = keys?.Certificate
            ?? (IdentityCertificate.TryParse(store.State.Created?.Certificate, out var parsed, out _) ? parsed : null);
        var check = new StreamCheck(certificate, keys);
        var report = await rooms.GetRequiredService<LedgerVerifier>().VerifyAsync(keys?.LedgerKey, keepTornTails: true, check.For, cancellationToken);
        IReadOnlyList<LedgerFault> faults = rootFault is null ? report.Faults : [rootFault, .. report.Faults.Where(fault => fault.Segment.Stream != StreamName.Root)];
        if (json)
        {
            Print(new VerifyReport(faults.Count == 0, report.Streams, report.Segments, report.Frames, report.Bytes, keys is not null,
                [.. report.TornTails.Select(stream => stream.ToString())],
                [.. faults.Select(fault => new VerifyFault(fault.Segment.Stream.ToString(), fault.Segment.Number, fault.Position, fault.Offset, fault.Reason))]));
        }
        else
        {
            Print(report, faults, keys is not null, keyless);
        }

        return faults.Count == 0 ? ExitCode.Ok : ExitCode.Damaged;
    }

    /// <summary>Shows who this service is.</summary>
    public static async Task<int> ShowIdentityAsync(IServiceProvider rooms, bool json, CancellationToken cancellationToken)
    {
        var store = rooms.GetRequiredService<RootStore>();
        await store.LoadAsync(cancellationToken);
        if (store.State.Created is not { } created || !IdentityCertificate.TryParse(created.Certificate, out var certificate, out _))
        {
            throw new StartupException(ExitCode.Disagreement, "This ledger has no root yet: start the service once, with an enrolment token.");
        }

        var card = new IdentityReport(
            created.OrganizationId, certificate.OrganizationKey.Thumbprint.ToString(), OrganizationCode.Format(certificate.OrganizationKey.Thumbprint), certificate.Identity.Thumbprint.ToString(), certificate.Generation,
            store.State.Wrapped!.KekId, store.State.Enrolled?.CoreId ?? "");
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(card, ReportJson.Default.IdentityReport));
            return ExitCode.Ok;
        }

        Console.WriteLine($"organization       {card.Organization}");
        Console.WriteLine($"organization key   {card.OrganizationKey}");
        Console.WriteLine($"organization code  {card.OrganizationCode}   (members pin this)");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"identity           {card.Identity}   (generation {card.Generation})"));
        Console.WriteLine($"wrapping key       {card.WrappingKey}");
        Console.WriteLine($"enrolled with      {(card.EnrolledWith.Length > 0 ? card.EnrolledWith : "nobody yet")}");
        return ExitCode.Ok;
    }

    /// <summary>Makes the next local wrapping key.</summary>
    public static Task<int> RotateKekAsync(IServiceProvider rooms, CancellationToken cancellationToken)
    {
        if (rooms.GetRequiredService<IOptions<KeyOptions>>().Value.VaultUrl is { } vault)
        {
            throw new KeyUnavailableException(
                $"The wrapping key is in {vault}, which makes its versions itself: in the key vault, under Keys, select the wrapping key, then Rotate now, and restart the revision. Keep the older version enabled until the log says so (event 612).");
        }

        var id = rooms.GetRequiredService<LocalKeyEncryptionKey>().CreateVersion();
        Console.WriteLine($"Made {id}.");
        Console.WriteLine("Restart the service: it wraps the root key with it. Keep the older file until the log says so.");
        return Task.FromResult(ExitCode.Ok);
    }

    private static string Configured(IServiceProvider rooms) => rooms.GetRequiredService<IOptions<ServiceOptions>>().Value.OrganizationId;

    private static async Task<(ServiceKeys? Keys, string? Why)> TryOpenAsync(IServiceProvider rooms, CancellationToken cancellationToken)
    {
        var store = rooms.GetRequiredService<RootStore>();
        await store.LoadAsync(cancellationToken);
        if (store.State.Created is null)
        {
            return (null, "the ledger has no root");
        }

        try
        {
            return (await rooms.GetRequiredService<RootKeeper>().UnsealAsync(cancellationToken), null);
        }
        catch (Exception exception) when (exception is KeyUnavailableException or OptionsValidationException)
        {
            return (null, exception.Message);
        }
    }

    private static void Print(LedgerReport report, IReadOnlyList<LedgerFault> faults, bool withKeys, string? keyless)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{report.Streams} streams, {report.Segments} segments, {report.Frames} frames, {report.Bytes} bytes"));
        Console.WriteLine(withKeys
            ? "checked: frames, chain, MACs, statements, signatures, sealed vault keys against their commitments"
            : $"checked: frames, chain, statements, signatures. Not checked, for want of the root key: MACs and sealed keys ({keyless})");
        foreach (var stream in report.TornTails)
        {
            Console.WriteLine($"incomplete last frame in {stream}: the next start cuts it; it was never acknowledged");
        }

        foreach (var fault in faults)
        {
            Console.WriteLine($"DAMAGED  {fault}");
        }

        Console.WriteLine(faults.Count == 0 ? "The ledger is intact." : $"The ledger is damaged in {faults.Count} of its streams. Restore them from your backup.");
    }

    private static void Print(VerifyReport report) => Console.WriteLine(JsonSerializer.Serialize(report, ReportJson.Default.VerifyReport));
}
