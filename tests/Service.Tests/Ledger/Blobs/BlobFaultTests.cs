using EncryptionService.Compliance;
using EncryptionService.Service.Ledger;
using Xunit;

namespace EncryptionService.Service.Tests.Ledger.Blobs;

/// <summary>A storage that answers late, twice, or not at all (docs/spec/ledger.md, section 10).</summary>
public sealed class BlobFaultTests(AzuriteFixture fixture) : BlobTest(fixture)
{
    /// <summary>How an answer is lost after the storage did what it was asked.</summary>
    public enum Loss
    {
        /// <summary>The connection breaks.</summary>
        Broken,

        /// <summary>Nothing comes in time.</summary>
        Late,

        /// <summary>Something on the way answers in the storage's place.</summary>
        BadGateway,
    }

    public static TheoryData<string, Loss, int> Losses => new(
        from change in (string[])["create", "append"] from loss in Enum.GetValues<Loss>() from attempts in (int[])[1, 4] select (change, loss, attempts));

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_change_that_landed_without_an_answer_is_there_once(string change, Loss loss, int attempts)
    {
        Place.Options.MaxAttempts = attempts;
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key);
        await using var _ = ledger;
        LoseOnce(change, loss);

        if (attempts == 1)
        {
            var fault = await Assert.ThrowsAsync<LedgerUnavailableException>(() => words.AddAsync("a", Token));
            Assert.True(fault.Passes);
        }

        await words.AddAsync("a", Token);
        await words.AddAsync("b", Token);
        Assert.Equal(["a", "b"], words.Words);
        Assert.Equal(["a", "b"], await ReadAsync(key));
    }

    [Theory]
    [InlineData("create")]
    [InlineData("append")]
    public async Task A_roll_whose_answers_are_lost_is_finished(string change)
    {
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key, "a", "b", "c");
        await using var _ = ledger;
        for (var left = 3; left > 0; left--)
        {
            LoseOnce(change, Loss.Broken, left);
            await words.AddAsync($"d{left}", Token);
        }

        Assert.Equal(["a", "b", "c", "d3", "d2", "d1"], words.Words);
        Assert.Equal(words.Words, await ReadAsync(key));
    }

    /// <summary>The request lies somewhere on the way while its sender gives up; it is delivered at the worst moments.</summary>
    [Theory]
    [InlineData("read")]
    [InlineData("append")]
    [InlineData("nothing")]
    public async Task A_frame_that_arrives_after_its_sender_gave_up_counts_once_or_never(string deliveredBefore)
    {
        Place.Options.MaxAttempts = 1;
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key, "a");
        await using var _ = ledger;
        HttpRequestMessage? late = null;
        var delivered = 0;
        Wire.Play = async (kind, request, send) =>
        {
            if (kind == "append" && late is null)
            {
                late = await StorageWire.CopyAsync(request);
                throw new TaskCanceledException("Planned: nothing comes in time.");
            }

            if (kind == deliveredBefore && late is not null && delivered == 0)
            {
                delivered = await DeliverAsync(late);
            }

            return await send();
        };

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => words.AddAsync("b", Token));
        await words.AddAsync("b", Token);
        await words.AddAsync("c", Token);
        if (deliveredBefore == "nothing")
        {
            Assert.Equal(412, await DeliverAsync(late!));
        }
        else
        {
            Assert.Equal(201, delivered);
        }

        Assert.Equal(["a", "b", "c"], words.Words);
        Assert.Equal(["a", "b", "c"], await ReadAsync(key));
    }

    [Fact]
    public async Task A_terminal_frame_that_arrives_late_closes_the_segment_for_everybody()
    {
        Place.Options.MaxAttempts = 1;
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key, "a", "b", "c");
        await using var _ = ledger;
        using var other = Place.NewWire();
        await using var second = Place.Open(other);
        var rival = await LedgerWords.OpenAsync(second, key, new LedgerOptions(), fromSnapshot: false, Token);
        HttpRequestMessage? late = null;
        Wire.Play = async (kind, request, send) =>
        {
            if (kind == "append" && late is null)
            {
                late = await StorageWire.CopyAsync(request);
                throw new TaskCanceledException("Planned: nothing comes in time.");
            }

            return await send();
        };

        await Assert.ThrowsAsync<LedgerUnavailableException>(() => words.AddAsync("d", Token));
        await rival.RefreshAsync(Token);
        Assert.Equal(201, await DeliverAsync(late!));
        await rival.AddAsync("e", Token);
        await words.AddAsync("d", Token);

        Assert.Equal(["a", "b", "c", "e", "d"], words.Words);
        Assert.Equal(words.Words, await ReadAsync(key));
    }

    [Theory]
    [InlineData(503, "ServerBusy")]
    [InlineData(500, "InternalError")]
    [InlineData(500, "OperationTimedOut")]
    [InlineData(429, "TooManyRequests")]
    public async Task A_busy_storage_is_asked_again_a_bounded_number_of_times(int status, string code)
    {
        using var key = LedgerWords.NewKey();
        var (ledger, words) = await WordsAsync(key, "a");
        await using var _ = ledger;
        var refusals = 3;
        Wire.Play = (_, _, send) => refusals-- > 0 ? Task.FromResult(StorageWire.Answer(status, code)) : send();
        await words.AddAsync("b", Token);

        refusals = int.MaxValue;
        Wire.Take();
        var fault = await Assert.ThrowsAsync<LedgerUnavailableException>(() => words.AddAsync("c", Token));
        Assert.True(fault.Passes);
        Assert.Contains(code, fault.Message, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Repeat(status, Place.Options.MaxAttempts), Wire.Take().Select(call => call.Status));

        refusals = 0;
        await words.AddAsync("c", Token);
        Assert.Equal(["a", "b", "c"], await ReadAsync(key));
    }

    [Fact]
    public async Task Whoever_is_asked_for_an_hour_of_patience_is_told_at_once()
    {
        await using var ledger = Place.Open();
        Wire.Play = (_, _, _) => Task.FromResult(StorageWire.Answer(503, "ServerBusy", retryAfter: 3600));

        var fault = await Assert.ThrowsAsync<LedgerUnavailableException>(async () => await ledger.TryCreateAsync(Segment, Token));

        Assert.Contains("3600 s", fault.Message, StringComparison.Ordinal);
        Assert.Single(Wire.Take());
    }

    [Fact]
    public async Task A_storage_that_never_answers_is_not_waited_for_without_end()
    {
        Place.Options.MaxAttempts = 2;
        Place.Options.AttemptTimeoutMilliseconds = 100;
        await using var ledger = Place.Open();
        var silence = new TaskCompletionSource<HttpResponseMessage>();
        Wire.Play = (_, _, _) => silence.Task;

        Func<Task>[] calls =
        [
            async () => await ledger.TryCreateAsync(Segment, Token),
            async () => await ledger.TryAppendAsync(Segment, 0, new byte[1], Token),
            async () => await ledger.ReadAsync(Segment, 0, Token),
            async () => await ledger.ListAsync(null, Token).ToListAsync(Token),
        ];
        foreach (var call in calls)
        {
            Assert.True((await Assert.ThrowsAsync<LedgerUnavailableException>(call)).Passes);
        }
    }

    [Fact]
    public async Task A_reading_that_breaks_off_while_the_segment_grows_gives_one_true_picture()
    {
        using var other = Place.NewWire();
        await using var ledger = Place.Open();
        await using var second = Place.Open(other);
        await ledger.TryCreateAsync(Segment, Token);
        byte[] bytes = [.. Enumerable.Range(0, 5000).Select(number => (byte)(number % 251))];
        await ledger.TryAppendAsync(Segment, 0, bytes, Token);
        var broken = false;
        Wire.Play = async (kind, request, send) =>
        {
            var answer = await send();
            if (kind == "read" && !broken)
            {
                broken = true;
                Assert.True(await second.TryAppendAsync(Segment, bytes.Length, bytes, Token));
                answer.Content = new BreakingContent(answer.Content, 1234);
            }

            return answer;
        };

        var read = await ledger.ReadAsync(Segment, 1000, Token);

        Assert.True(broken);
        Assert.Equal([.. bytes[1000..], .. bytes], read!.Value.ToArray());
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_reads_ends_as_cancelled()
    {
        await using var ledger = Place.Open();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Wire.Play = async (_, _, _) =>
        {
            await stop.CancelAsync();
            throw new OperationCanceledException(stop.Token);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await ledger.ReadAsync(Segment, 0, stop.Token));
    }

    private void LoseOnce(string change, Loss loss, int after = 1) => Wire.Play = async (kind, _, send) =>
    {
        var answer = await send();
        if (kind != change || --after != 0)
        {
            return answer;
        }

        Assert.Equal(System.Net.HttpStatusCode.Created, answer.StatusCode);
        answer.Dispose();
        return loss switch
        {
            Loss.Broken => throw new HttpRequestException("Planned: the connection breaks."),
            Loss.Late => throw new TaskCanceledException("Planned: nothing comes in time."),
            _ => StorageWire.Answer(502, ""),
        };
    };

    private async Task<int> DeliverAsync(HttpRequestMessage request)
    {
        using var answer = await Wire.DeliverAsync(request, Token);
        return (int)answer.StatusCode;
    }
}
