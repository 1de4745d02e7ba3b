namespace EncryptionService.Hammer.Scim.Idp;

/// <summary>Runs steps side by side, each after all that it depends on.</summary>
/// <param name="concurrency">Most steps at a time.</param>
/// <param name="run">Does a step.</param>
internal sealed class StepRunner(int concurrency, Func<ScimStep, Task> run) : IDisposable
{
    private const int Ahead = 32;
    private readonly SemaphoreSlim running = new(concurrency);
    private readonly SemaphoreSlim planned = new(concurrency * Ahead);
    private readonly Dictionary<string, Track> tracks = [];
    private readonly CancellationTokenSource failed = new();

    /// <summary>Does all of them; ends with the first failure.</summary>
    public async Task RunAsync(IEnumerable<ScimStep> steps, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(failed.Token, cancellationToken);
        var all = new List<Task>();
        foreach (var step in steps)
        {
            try
            {
                await planned.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (failed.IsCancellationRequested)
            {
                break;
            }

            all.Add(Start(step));
        }

        await Task.WhenAll(all);
    }

    public void Dispose()
    {
        running.Dispose();
        planned.Dispose();
        failed.Dispose();
    }

    private Task Start(ScimStep step)
    {
        var before = step.Changes.SelectMany(key => TrackOf(key).All).Concat(step.Needs.Select(key => TrackOf(key).Changed)).Where(task => !task.IsCompletedSuccessfully).ToArray();
        var task = RunAsync(step, before);
        foreach (var key in step.Changes)
        {
            tracks[key] = new Track(task, []);
        }

        foreach (var key in step.Needs)
        {
            TrackOf(key).Needed.RemoveAll(needed => needed.IsCompletedSuccessfully);
            TrackOf(key).Needed.Add(task);
        }

        return task;
    }

    private async Task RunAsync(ScimStep step, Task[] before)
    {
        try
        {
            await Task.WhenAll(before);
            await running.WaitAsync(failed.Token);
            try
            {
                await run(step);
            }
            finally
            {
                running.Release();
            }
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
        finally
        {
            planned.Release();
        }
    }

    private Track TrackOf(string key)
    {
        if (!tracks.TryGetValue(key, out var track))
        {
            tracks.Add(key, track = new Track(Task.CompletedTask, []));
        }

        return track;
    }

    /// <summary>The last step that changed something, and the steps since then that need it.</summary>
    private sealed record Track(Task Changed, List<Task> Needed)
    {
        public IEnumerable<Task> All => Needed.Append(Changed);
    }
}
