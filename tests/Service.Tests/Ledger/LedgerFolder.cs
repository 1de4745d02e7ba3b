using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EncryptionService.Service.Tests.Ledger;

/// <summary>A folder for one test's ledger, removed afterwards.</summary>
internal sealed class LedgerFolder : IDisposable
{
    private readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("ledger-");

    public string Path => System.IO.Path.Combine(parent.FullName, "ledger");

    public FileLedger Open(int openFiles = 64, FileLedgerRegistry? registry = null) => FileLedger.Open(
        new LedgerOptions { Path = Path, OpenFiles = openFiles }, TimeProvider.System, registry ?? FileLedgerRegistry.OfThisProcess);

    /// <summary>The file of a segment of <see cref="LedgerWords.Stream"/>.</summary>
    public string Segment(int number) => System.IO.Path.Combine(Path, "group-words", $"{number:D6}.seg");

    /// <summary>Writes words, rolling after so many frames.</summary>
    public async Task WriteAsync(LedgerKey key, int framesPerSegment, IEnumerable<string> words, CancellationToken cancellationToken)
    {
        await using var ledger = Open();
        var stream = await LedgerWords.OpenAsync(ledger, key, LedgerWords.SmallSegments(framesPerSegment), fromSnapshot: false, cancellationToken);
        foreach (var word in words)
        {
            await stream.AddAsync(word, cancellationToken);
        }
    }

    public async Task<LedgerReport> VerifyAsync(LedgerKey? key, CancellationToken cancellationToken)
    {
        await using var ledger = Open();
        return await VerifyAsync(ledger, key, cancellationToken);
    }

    public static Task<LedgerReport> VerifyAsync(ILedger ledger, LedgerKey? key, CancellationToken cancellationToken) =>
        new LedgerVerifier(ledger, Options.Create(new LedgerOptions()), NullLogger<LedgerVerifier>.Instance)
            .VerifyAsync(key, keepTornTails: true, null, cancellationToken);

    public void Dispose() => parent.Delete(recursive: true);
}
