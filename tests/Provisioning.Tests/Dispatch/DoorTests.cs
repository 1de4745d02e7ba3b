using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Provisioning.Database;
using EncryptionService.Provisioning.Dispatch;
using EncryptionService.Provisioning.MemberApi;
using EncryptionService.Provisioning.Organizations;
using Grpc.Core;
using Microsoft.EntityFrameworkCore;

namespace EncryptionService.Provisioning.Tests.Dispatch;

/// <summary>Calls to services (docs/spec/core.md, section 4; dispatch.md, section 1).</summary>
public sealed class DoorTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_call_carries_a_token_over_its_bytes()
    {
        await using var world = await DispatchWorld.CreateAsync();
        await world.GroupAsync(await world.MembersAsync(2));
        await world.DrainAsync();

        var (method, header, message) = Assert.Single(world.Service.Tokens);
        Assert.StartsWith("Bearer ", header, StringComparison.Ordinal);
        Assert.True(CallToken.TryParse(header["Bearer ".Length..], out var token, out var error), error);
        Assert.True(SigningJwk.TryParse(await world.Core.Get<CallKeys>().PublicJwkAsync("acme", Stop), out var key, out _));
        Assert.True(token.VerifiedBy(key));
        Assert.Equal(("acme", new string('i', 43), method, Digest32.Of(message)), (token.Organization.Value, token.Audience, token.Method, token.Request));
        Assert.True(token.IsTimely(world.Time.GetUtcNow(), out _));
    }

    [Theory]
    [InlineData("http://service.example/")]
    [InlineData("https://127.0.0.1:1/")]
    [InlineData("https://169.254.169.254/")]
    [InlineData("https://[::1]:1/")]
    [InlineData("https://localhost:1/")]
    [InlineData("https://service.example/path")]
    public async Task Addresses_beside_the_core_are_not_called(string address)
    {
        await using var world = await DispatchWorld.CreateAsync(DatabaseProvider.Sqlite, "--Provisioning:AllowLocalServices=false");
        await MoveAsync(world, address);
        var refused = await Assert.ThrowsAsync<RpcException>(() => world.Core.Get<ServiceDoors>().GetIdentityAsync("acme", Stop));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.Empty(world.Service.Tokens);
    }

    [Fact]
    public async Task A_new_address_is_called_from_the_next_call_on()
    {
        await using var world = await DispatchWorld.CreateAsync();
        await using var moved = new LedgerDouble();
        await moved.StartAsync();
        await world.Core.Get<ServiceDoors>().GetGroupAsync("acme", new GetGroupRequest { GroupId = "g1" }, Stop);
        await MoveAsync(world, moved.Address);
        await world.Core.Get<ServiceDoors>().GetGroupAsync("acme", new GetGroupRequest { GroupId = "g1" }, Stop);
        Assert.Equal((1, 1), (world.Service.Tokens.Count, moved.Tokens.Count));
    }

    [Fact]
    public async Task A_document_that_cannot_be_handed_over_is_not_taken_for_refused()
    {
        await using var world = await DispatchWorld.CreateAsync();

        // The double has no such method: the service is there, and cannot.
        var result = await world.Core.Get<IServiceApprovals>().SubmitAsync("acme", "document", Stop);
        Assert.Equal(ApprovalVerdict.Unreachable, result.Verdict);
        Assert.StartsWith("Unimplemented", (await world.ServiceRowAsync()).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_organization_without_a_service_has_nobody_to_call()
    {
        await using var world = await DispatchWorld.CreateAsync();
        await world.Core.OrganizationAsync("beta");
        var refused = await Assert.ThrowsAsync<RpcException>(() => world.Core.Get<ServiceDoors>().GetIdentityAsync("beta", Stop));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
    }

    private static Task MoveAsync(DispatchWorld world, string address) =>
        world.WriteAsync(db => db.Services.ExecuteUpdateAsync(set => set.SetProperty(row => row.Address, address), Stop));
}
