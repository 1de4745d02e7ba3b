using System.Diagnostics;
using EncryptionService.Benchmarks.Report;

namespace EncryptionService.Benchmarks.World;

/// <summary>Callers that each send the next request as soon as the last one is answered.</summary>
internal static class Load
{
    /// <summary>Calls for so long.</summary>
    /// <param name="callers">How many.</param>
    /// <param name="duration">No request begins later.</param>
    /// <param name="most">Most requests.</param>
    /// <param name="send">Sends request number 0, 1, …; each number once.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Requests a second, and what each took in milliseconds.</returns>
    public static async Task<(double PerSecond, Sample Took)> RunAsync(int callers, TimeSpan duration, int most, Func<int, Task> send, CancellationToken cancellationToken)
    {
        var next = -1;
        var begin = Stopwatch.GetTimestamp();
        var all = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(CallAsync, cancellationToken)));
        var elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        var took = new Sample();
        foreach (var value in all.SelectMany(values => values))
        {
            took.Add(value);
        }

        return (took.Count / elapsed, took);

        async Task<List<double>> CallAsync()
        {
            var values = new List<double>();
            while (Stopwatch.GetElapsedTime(begin) < duration)
            {
                var number = Interlocked.Increment(ref next);
                if (number >= most)
                {
                    break;
                }

                var sent = Stopwatch.GetTimestamp();
                await send(number);
                values.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            }

            return values;
        }
    }

    /// <summary>Does each of these once.</summary>
    public static Task EachAsync<T>(int callers, IEnumerable<T> items, Func<T, Task> work, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(items, new ParallelOptions { MaxDegreeOfParallelism = callers, CancellationToken = cancellationToken }, async (item, _) => await work(item));
}
