using System.Net;
using EncryptionService.Contracts.Membership;
using EncryptionService.Formats;
using EncryptionService.Service.Health;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Membership;
using EncryptionService.Service.Tests.Rooms;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EncryptionService.Service.Tests.Membership;

/// <summary>The real listeners: what the middleware alone cannot show.</summary>
public sealed class DoorOnTheWireTests : IAsyncLifetime
{
    private const string Identity = "/encryptionservice.membership.v1.GroupEncryption/GetIdentity";

    private readonly ServicePlace place = new() { OnDisk = true };
    private readonly HttpClient client = new() { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
    private WebApplication app = null!;
    private string address = "";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        string[] args = [.. place.Settings.Select(setting => $"--{setting.Key}={setting.Value}"), "--Service:GrpcPort=0", "--Service:ProbePort=0", "--Service:LoopbackOnly=true"];
        app = ServiceHost.Build(args, services =>
        {
            services.AddSingleton<TimeProvider>(place.Time);
            services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        });
        await app.StartAsync(Token);
        address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        while (!app.Services.GetRequiredService<ServiceState>().Started)
        {
            await Task.Yield();
            Token.ThrowIfCancellationRequested();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        client.Dispose();
        place.Dispose();
    }

    [Theory]
    [InlineData(Identity)]
    [InlineData("/ENCRYPTIONSERVICE.membership.v1.GroupEncryption/GetIdentity")]
    [InlineData("/encryptionservice.membership.v1.groupencryption/GetIdentity")]
    [InlineData("/encryptionservice.membership.v1.GroupEncryption/getidentity")]
    [InlineData("/%65ncryptionservice.membership.v1.GroupEncryption/GetIdentity")]
    [InlineData("//encryptionservice.membership.v1.GroupEncryption/GetIdentity")]
    [InlineData("/encryptionservice.membership.v1.GroupEncryption/GetIdentity/")]
    [InlineData("/grpc.health.v1.Health/../encryptionservice.membership.v1.GroupEncryption/GetIdentity")]
    public async Task No_spelling_of_a_path_gets_round_the_token(string path)
    {
        using var answer = await CallAsync(path, [], null);

        Assert.Equal("16", StatusOf(answer));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task With_a_token_the_door_answers()
    {
        using var answer = await CallAsync(Identity, [], TokenFor(Identity, []));

        Assert.Equal("0", StatusOf(answer));
        var body = await answer.Content.ReadAsByteArrayAsync(Token);
        Assert.Equal("o1", GetIdentityResponse.Parser.ParseFrom(body.AsSpan(5)).OrganizationId);
    }

    [Fact]
    public async Task Health_needs_no_token()
    {
        using var answer = await CallAsync("/grpc.health.v1.Health/Check", [], null);

        Assert.Equal("0", StatusOf(answer));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(3_000_000)]
    public async Task A_message_that_is_too_long_is_told_so(int excess)
    {
        var message = new byte[CallAuthentication.MaxMessage + excess];

        using var answer = await CallAsync(Identity, message, TokenFor(Identity, message));

        Assert.Equal("8", StatusOf(answer));
    }

    [Fact]
    public async Task A_stranger_is_refused_before_his_message_is_read()
    {
        using var answer = await CallAsync(Identity, new byte[CallAuthentication.MaxMessage + 1], null);

        Assert.Equal("16", StatusOf(answer));
    }

    private static string StatusOf(HttpResponseMessage answer)
    {
        var headers = answer.Headers.TryGetValues("grpc-status", out var early) ? early : answer.TrailingHeaders.TryGetValues("grpc-status", out var late) ? late : [];
        return headers.FirstOrDefault() ?? $"HTTP {(int)answer.StatusCode}";
    }

    private string TokenFor(string path, byte[] message) => JwsSigner.Sign(place.CoreKey, new CallToken
    {
        Organization = place.Organization,
        Audience = app.Services.GetRequiredService<KeyRing>().Keys.IdentityThumbprint.ToString(),
        Method = path,
        Request = Digest32.Of(message),
        IssuedAt = place.Time.Seconds,
        ExpiresAt = place.Time.Seconds + 60,
        Id = "call-1",
    });

    private async Task<HttpResponseMessage> CallAsync(string path, byte[] message, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address + path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var length = message.Length;
        request.Content = new ByteArrayContent([0, (byte)(length >> 24), (byte)((length >> 16) & 0xff), (byte)((length >> 8) & 0xff), (byte)(length & 0xff), .. message]);
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        var answer = await client.SendAsync(request, Token);
        await answer.Content.LoadIntoBufferAsync(Token);
        return answer;
    }
}
