using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Ledger;

/// <summary>Settings of the ledger, section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Ledger";

    /// <summary>The directory of the file ledger; it is created if it does not exist. Either this or <see cref="ContainerUrl"/>.</summary>
    public string Path { get; set; } = string.Empty;

    /// <summary>The blob container of the ledger in append blobs, for example <c>https://account.blob.core.windows.net/ledger</c>; it must exist. Either this or <see cref="Path"/>.</summary>
    public Uri? ContainerUrl { get; set; }

    /// <summary>Whether every stream is verified whole before the service serves. Default: true for files; false for append blobs, where each stream is verified when it is loaded.</summary>
    public bool? VerifyAtStart { get; set; }

    /// <summary>After how many bytes of frames, not counting the snapshot it opened with, a segment is closed. 4 KiB to 1 GiB; default: 4 MiB.</summary>
    [Range(4 * 1024, 1024 * 1024 * 1024)]
    public int SegmentBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>After how many frames, not counting the snapshot it opened with, a segment is closed. 1 to 45,000 (an append blob takes 50,000 blocks); default: 20,000.</summary>
    [Range(1, 45_000)]
    public int SegmentFrames { get; set; } = 20_000;

    /// <summary>How many segment files are kept open. 1 to 4,096; default: 64.</summary>
    [Range(1, 4096)]
    public int OpenFiles { get; set; } = 64;

    /// <summary>Append blobs: attempts for one request, the first included. 1 to 10; default: 4.</summary>
    [Range(1, 10)]
    public int MaxAttempts { get; set; } = 4;

    /// <summary>Append blobs: time for one attempt, in milliseconds; the largest frame has 64 MiB. 100 to 100,000; default: 15,000.</summary>
    [Range(100, 100_000)]
    public int AttemptTimeoutMilliseconds { get; set; } = 15_000;

    /// <summary>Append blobs: base of the exponential back-off, in milliseconds. 1 to 10,000; default: 400.</summary>
    [Range(1, 10_000)]
    public int BaseDelayMilliseconds { get; set; } = 400;

    /// <summary>Append blobs: longest wait between two attempts, in milliseconds. A storage that asks for more is not waited for: the caller is told. 1 to 60,000; default: 5,000.</summary>
    [Range(1, 60_000)]
    public int MaxDelayMilliseconds { get; set; } = 5_000;

    /// <summary>Append blobs: time for a readiness check, all its attempts included, in milliseconds. 100 to 60,000; default: 4,000.</summary>
    [Range(100, 60_000)]
    public int ProbeTimeoutMilliseconds { get; set; } = 4_000;
}

/// <summary>Checks <see cref="LedgerOptions"/> without reflection.</summary>
[OptionsValidator]
internal sealed partial class LedgerOptionsValidator : IValidateOptions<LedgerOptions>;

/// <summary>Checks what annotations cannot say: one place for the ledger, and an address that fits.</summary>
internal sealed class LedgerPlaceValidator : IValidateOptions<LedgerOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, LedgerOptions options)
    {
        var fault = (options.Path.Length > 0, options.ContainerUrl) switch
        {
            (false, null) => "Ledger:Path is missing: the folder of the ledger, or set Ledger:ContainerUrl to a blob container",
            (true, not null) => "Ledger:Path and Ledger:ContainerUrl exclude each other: set the one where the ledger is",
            (false, { IsAbsoluteUri: false }) => "Ledger:ContainerUrl must be an absolute address, for example https://account.blob.core.windows.net/ledger",
            (false, { } url) when url.Scheme != Uri.UriSchemeHttps => "Ledger:ContainerUrl must be an https address",
            (false, { } url) when url.AbsolutePath.Trim('/').Length == 0 || url.Query.Length > 0 => "Ledger:ContainerUrl must name a container, and nothing behind it",
            _ => null,
        };
        return fault is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(fault);
    }
}
