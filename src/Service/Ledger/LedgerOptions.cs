using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Ledger;

/// <summary>Settings of the ledger, section <c>Ledger</c>.</summary>
public sealed class LedgerOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Ledger";

    /// <summary>The directory of the file ledger. Required; it is created if it does not exist.</summary>
    [Required]
    public string Path { get; set; } = string.Empty;

    /// <summary>Whether every stream is verified whole before the service serves. Default: true.</summary>
    public bool VerifyAtStart { get; set; } = true;

    /// <summary>After how many bytes of frames, not counting the snapshot it opened with, a segment is closed. 4 KiB to 1 GiB; default: 4 MiB.</summary>
    [Range(4 * 1024, 1024 * 1024 * 1024)]
    public int SegmentBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>After how many frames, not counting the snapshot it opened with, a segment is closed. 1 to 45,000 (an append blob takes 50,000 blocks); default: 20,000.</summary>
    [Range(1, 45_000)]
    public int SegmentFrames { get; set; } = 20_000;

    /// <summary>How many segment files are kept open. 1 to 4,096; default: 64.</summary>
    [Range(1, 4096)]
    public int OpenFiles { get; set; } = 64;
}

/// <summary>Checks <see cref="LedgerOptions"/> without reflection.</summary>
[OptionsValidator]
internal sealed partial class LedgerOptionsValidator : IValidateOptions<LedgerOptions>;
