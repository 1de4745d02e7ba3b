using System.Diagnostics;
using System.Security.Cryptography;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Service.Ledger;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace EncryptionService.Benchmarks.Service;

/// <summary>What an append costs, beside a bare write and sync of the same bytes, and how fast a start verifies what is there.</summary>
internal static class LedgerBenchmark
{
    private const int Appends = 301;
    private const int Streams = 300;
    private const int LongRecords = 400;
    private const int LongRecord = 128 * 1024;

    public static async Task RunAsync(Board board, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("encryption-service-benchmark-");
        try
        {
            var options = new LedgerOptions { Path = Path.Combine(folder.FullName, "ledger") };
            using var key = LedgerKey.Derive("organization", RandomNumberGenerator.GetBytes(32));
            await using var ledger = FileLedger.Open(options, TimeProvider.System);
            await AppendAsync(ledger, key, options, folder, board, cancellationToken);
            await VerifyAsync(ledger, key, options, board, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task AppendAsync(
        FileLedger ledger, LedgerKey key, LedgerOptions options, DirectoryInfo folder, Board board, CancellationToken cancellationToken)
    {
        var stream = await OpenAsync(ledger, "appends", key, options, cancellationToken);
        var record = RandomNumberGenerator.GetBytes(1_024);
        using var bare = File.OpenHandle(Path.Combine(folder.FullName, "bare"), FileMode.CreateNew, FileAccess.Write);
        Sample appends = new(), syncs = new();
        for (var round = 0; round < Appends; round++)
        {
            var begin = Stopwatch.GetTimestamp();
            await stream.TryAppendAsync(record, cancellationToken);
            appends.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            syncs.Time(() =>
            {
                RandomAccess.Write(bare, record, RandomAccess.GetLength(bare));
                RandomAccess.FlushToDisk(bare);
            });
        }

        board.Add("append of 1 KB, durable", appends.Median, "ms", $"95 of 100 within {appends.Quantile(0.95):0.##} ms");
        board.Add("bare write and sync of 1 KB", syncs.Median, "ms", $"95 of 100 within {syncs.Quantile(0.95):0.##} ms");
    }

    private static async Task VerifyAsync(FileLedger ledger, LedgerKey key, LedgerOptions options, Board board, CancellationToken cancellationToken)
    {
        for (var index = 0; index < Streams; index++)
        {
            await (await OpenAsync(ledger, $"group-{index}", key, options, cancellationToken)).TryAppendAsync(new byte[1_024], cancellationToken);
        }

        var stream = await OpenAsync(ledger, "long", key, options, cancellationToken);
        for (var index = 0; index < LongRecords; index++)
        {
            if (stream.NeedsRoll)
            {
                await stream.TryRollAsync(new byte[1_024], cancellationToken);
            }

            await stream.TryAppendAsync(new byte[LongRecord], cancellationToken);
        }

        var verifier = new LedgerVerifier(ledger, Options.Create(options), NullLogger<LedgerVerifier>.Instance);
        Sample whole = new();
        LedgerReport? report = null;
        for (var round = 0; round < 5; round++)
        {
            var begin = Stopwatch.GetTimestamp();
            report = await verifier.VerifyAsync(key, keepTornTails: true, null, cancellationToken);
            whole.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        board.Add("verification at start", report!.Bytes / whole.Median / 1_048_576, "MB/s", $"{report.Streams} streams, {report.Bytes / 1_048_576} MB, {report.Faults.Count} faults");
        board.Add("verification at start", report.Frames / whole.Median, "frames/s", whole.Spread);
    }

    private static async Task<LedgerStream> OpenAsync(FileLedger ledger, string group, LedgerKey key, LedgerOptions options, CancellationToken cancellationToken)
    {
        var stream = await LedgerStream.OpenAsync(
            ledger, StreamName.ForGroup(group), key, fromSnapshot: true, options, NullLogger.Instance, cancellationToken);
        await stream.ReadNewAsync(cancellationToken);
        return stream;
    }
}
