using System.Globalization;
using EncryptionService.Compliance;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger;

public sealed class LedgerProperties
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Whatever_is_appended_reopened_and_cut_off_reads_back_as_a_prefix()
    {
        // 0 to 4: append; 5: reopen; 6 and more: reopen after so many bytes were lost at the end.
        var steps = Gen.ListOf(Gen.Choose(0, 250).Select(number => number < 150 ? number % 6 : number - 149)).ToArbitrary();
        var property = Prop.ForAll(steps, list => HoldsAsync([.. list]).GetAwaiter().GetResult());
        property.Check(Config.QuickThrowOnFailure.WithMaxTest(60));
    }

    private static async Task<bool> HoldsAsync(IReadOnlyList<int> steps)
    {
        using var folder = new LedgerFolder();
        using var key = LedgerWords.NewKey();
        var options = LedgerWords.SmallSegments(3);
        var ledger = folder.Open();
        var words = await LedgerWords.OpenAsync(ledger, key, options, false, Token);
        var expected = new List<string>();
        for (var step = 0; step < steps.Count; step++)
        {
            if (steps[step] < 5)
            {
                var word = step.ToString(CultureInfo.InvariantCulture);
                await words.AddAsync(word, Token);
                expected.Add(word);
                continue;
            }

            await ledger.DisposeAsync();
            var lost = Lose(folder, words.Segment.Number, steps[step] - 5);
            ledger = folder.Open();
            words = await LedgerWords.OpenAsync(ledger, key, options, fromSnapshot: step % 2 == 0, Token);
            if (lost == 0 ? !words.Words.SequenceEqual(expected) : !words.Words.SequenceEqual(expected.Take(words.Words.Count)))
            {
                return false;
            }

            expected = [.. words.Words];
        }

        await ledger.DisposeAsync();
        return (await folder.VerifyAsync(key, Token)).Faults.Count == 0;
    }

    private static long Lose(LedgerFolder folder, int segment, int bytes)
    {
        var file = new FileInfo(folder.Segment(segment));
        if (!file.Exists || bytes == 0)
        {
            return 0;
        }

        using var stream = file.OpenWrite();
        var lost = Math.Min(stream.Length, bytes);
        stream.SetLength(stream.Length - lost);
        return lost;
    }
}
