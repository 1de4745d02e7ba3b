using System.Globalization;
using EncryptionService.Benchmarks.Report;
using EncryptionService.Hpke;

namespace EncryptionService.Benchmarks.Sealing;

/// <summary>The sealing kernel on one core, beside the straightforward ways over the same engine.</summary>
internal static class SealBenchmark
{
    private const int Recipients = 128;
    private const int Rounds = 41;
    private const double Bar = 1.03;

    public static Task RunAsync(Board board)
    {
        foreach (var suite in HpkeSuite.All)
        {
            Measure(suite, board);
        }

        return Task.CompletedTask;
    }

    private static void Measure(HpkeSuite suite, Board board)
    {
        var batch = new SealBatch(suite, Recipients);
        using var engine = KemEngine.Create(suite);
        using var sealer = new HpkeSealer(suite);
        var cached = new CachedNaiveSealer(suite, engine);
        Sample ours = new(), naive = new(), fair = new(), multiplications = new(), overNaive = new(), overCached = new(), share = new();
        for (var round = -3; round < Rounds; round++)
        {
            // Every other round the other way round, so that nobody always goes first.
            double a = 0, b = 0, c = 0;
            Action[] turns = [() => a = ours.Time(() => batch.Seal(sealer)), () => b = naive.Time(() => batch.SealNaively(suite, engine)), () => c = fair.Time(() => batch.Seal(cached))];
            foreach (var turn in round % 2 == 0 ? turns : turns.Reverse())
            {
                turn();
            }

            var m = multiplications.Time(() => batch.Multiply(engine));
            if (round < 0)
            {
                (ours, naive, fair, multiplications) = (new(), new(), new(), new()); // warming up
                continue;
            }

            overNaive.Add(b / a);
            overCached.Add(c / a);
            share.Add(m / a);
        }

        board.Add($"{suite} seals on one core", Recipients / ours.Median * 1000, "/s", string.Create(
            CultureInfo.InvariantCulture, $"two multiplications are {share.Median:P0} of a seal; naive {Recipients / naive.Median * 1000:N0} /s, caching {Recipients / fair.Median * 1000:N0} /s"));
        board.AtLeast(Bar, $"{suite} against the naive way", overNaive.Median, "times", overNaive.Spread);
        board.AtLeast(Bar, $"{suite} against the naive way that caches", overCached.Median, "times", overCached.Spread);
        board.AtMost(0, $"{suite} memory allocated by {Recipients} seals", Allocated(() => batch.Seal(sealer)), "B");
    }

    private static long Allocated(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
