using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Ledger;
using Grpc.Core;
using Xunit;

namespace EncryptionService.Service.Tests.Rooms;

/// <summary>A test with one place, one group's story, and processes that are stopped afterwards.</summary>
public abstract class RoomsTest : IAsyncDisposable
{
    private readonly List<InProcessService> started = [];
    private ServicePlace? place;
    private Story? story;

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal ServicePlace Place => place ??= new ServicePlace();

    internal Story Story => story ??= new Story(Place.Time);

    public async ValueTask DisposeAsync()
    {
        foreach (var service in started)
        {
            await service.DisposeAsync();
        }

        place?.Dispose();
        GC.SuppressFinalize(this);
    }

    internal Task<InProcessService> StartAsync(params (string Name, string? Value)[] settings) => StartAsync(null, settings);

    /// <summary>One more process, over a ledger that something is put in front of.</summary>
    internal async Task<InProcessService> StartAsync(Func<ILedger, ILedger>? wrap, params (string Name, string? Value)[] settings)
    {
        var service = await InProcessService.StartAsync(Place, wrap, settings);
        started.Add(service);
        return service;
    }

    /// <summary>Applies one event that is expected to be taken.</summary>
    internal static async Task<Receipt> TakeAsync(InProcessService service, Event entry)
    {
        var receipt = Assert.Single(await service.ApplyAsync(entry));
        Assert.Equal(Outcome.Applied, receipt.Outcome);
        return receipt;
    }

    internal static void AssertMember(Receipt receipt, Person person, MemberOutcome outcome, Reason reason = Reason.Unspecified)
    {
        var member = Assert.Single(receipt.Members, member => member.MemberId == person.Member.Value);
        Assert.Equal((outcome, reason), (member.Outcome, member.Reason));
    }

    internal static async Task<RpcException> RefusedAsync(StatusCode status, Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(status, exception.StatusCode);
        return exception;
    }

    internal static Statement Parse(string statement)
    {
        Assert.True(Statement.TryParse(statement, out var parsed, out var error), error);
        return parsed;
    }
}
