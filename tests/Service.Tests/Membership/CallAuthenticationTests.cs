using System.Security.Cryptography;
using EncryptionService.Formats;
using EncryptionService.Service.Health;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Membership;
using EncryptionService.Service.Tests.Rooms;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EncryptionService.Service.Tests.Membership;

/// <summary>Call tokens (docs/spec/core.md, section 4).</summary>
public sealed class CallAuthenticationTests : RoomsTest
{
    private const string Path = "/encryptionservice.membership.v1.GroupEncryption/Apply";
    private static readonly byte[] message = [0x7A, 1, 3];

    private readonly ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int passed;
    private byte[] handedOn = [];

    [Fact]
    public async Task A_right_token_lets_the_same_bytes_through()
    {
        var service = await StartAsync();

        var answer = await CallAsync(service, Claims(service), Place.CoreKey);

        Assert.Equal((1, null), (passed, StatusOf(answer)));
        Assert.Equal(Body(message), handedOn);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("malformed")]
    [InlineData("two headers")]
    [InlineData("other scheme")]
    [InlineData("expired")]
    [InlineData("future")]
    [InlineData("long-lived")]
    [InlineData("organization")]
    [InlineData("audience")]
    [InlineData("method")]
    [InlineData("method's letters")]
    [InlineData("other bytes")]
    [InlineData("other key")]
    [InlineData("operator's key")]
    [InlineData("other key under the right id")]
    [InlineData("no signature")]
    [InlineData("another kind of document")]
    [InlineData("compressed")]
    [InlineData("shorter than it says")]
    [InlineData("two messages")]
    [InlineData("empty")]
    public async Task Everything_else_gets_one_status_and_one_text(string wrong)
    {
        var service = await StartAsync();
        var now = Place.Time.Seconds;
        var right = Claims(service);
        var header = (string claims) => "Bearer " + claims;
        var ok = header(JwsSigner.Sign(Place.CoreKey, right));
        string[] headers = wrong switch
        {
            "missing" => [],
            "malformed" => ["Bearer a.b.c"],
            "two headers" => [ok, ok],
            "other scheme" => ["Basic " + ok[7..]],
            "expired" => [header(JwsSigner.Sign(Place.CoreKey, right with { IssuedAt = now - 200, ExpiresAt = now - 60 }))],
            "future" => [header(JwsSigner.Sign(Place.CoreKey, right with { IssuedAt = now + 61, ExpiresAt = now + 100 }))],
            "long-lived" => [header(JwsSigner.Sign(Place.CoreKey, right with { ExpiresAt = now + 301 }))],
            "organization" => [header(JwsSigner.Sign(Place.CoreKey, right with { Organization = IdOf.Organization("o2") }))],
            "audience" => [header(JwsSigner.Sign(Place.CoreKey, right with { Audience = "core-1" }))],
            "method" => [header(JwsSigner.Sign(Place.CoreKey, right with { Method = Path.Replace("Apply", "Reseal", StringComparison.Ordinal) }))],
            "method's letters" => [header(JwsSigner.Sign(Place.CoreKey, right with { Method = Path.ToUpperInvariant() }))],
            "other bytes" => [header(JwsSigner.Sign(Place.CoreKey, right with { Request = Digest32.Of([0x0A, 1]) }))],
            "other key" => [header(JwsSigner.Sign(stranger, right))],
            "operator's key" => [header(JwsSigner.Sign(Place.Operator, right))],
            "other key under the right id" => [header(Forge(right, Place.CoreKey, stranger))],
            "no signature" => [ok[..(ok.LastIndexOf('.') + 1)]],
            "another kind of document" => [header(JwsSigner.Sign(Place.CoreKey, Change(service, Place.CoreKey)))],
            _ => [ok],
        };
        var body = wrong switch
        {
            "compressed" => [1, .. Body(message)[1..]],
            "shorter than it says" => Body(message)[..^1],
            "two messages" => [.. Body(message), .. Body(message)],
            "empty" => [],
            _ => Body(message),
        };

        var answer = await CallAsync(service, body, headers);

        Assert.Equal((0, "16"), (passed, StatusOf(answer)));
        Assert.Equal("The%20call%20token%20is%20missing%20or%20not%20valid.", answer.Response.Headers["grpc-message"]);
        Assert.Equal(200, answer.Response.StatusCode);
    }

    [Fact]
    public async Task After_a_change_only_the_new_call_key_is_valid_also_after_a_restart()
    {
        var service = await StartAsync();
        var document = JwsSigner.Sign(Place.CoreKey, Change(service, stranger));

        Assert.Equal(1U, (await service.SubmitAsync(document)).Accepted);
        Assert.Equal(1U, (await service.SubmitAsync(document)).Accepted);

        foreach (var now in new[] { service, await StartAsync() })
        {
            passed = 0;
            Assert.Equal("16", StatusOf(await CallAsync(now, Claims(now), Place.CoreKey)));
            Assert.Null(StatusOf(await CallAsync(now, Claims(now), stranger)));
            Assert.Equal(1, passed);
        }
    }

    [Theory]
    [InlineData("signer")]
    [InlineData("operator")]
    [InlineData("organization")]
    [InlineData("audience")]
    [InlineData("expired")]
    [InlineData("long-lived")]
    public async Task A_wrong_change_of_the_call_key_changes_nothing(string wrong)
    {
        var service = await StartAsync();
        var now = Place.Time.Seconds;
        var right = Change(service, stranger);
        var (key, claims) = wrong switch
        {
            "signer" => (stranger, right),
            "operator" => (Place.Operator, right),
            "organization" => (Place.CoreKey, right with { Organization = IdOf.Organization("o2") }),
            "audience" => (Place.CoreKey, right with { Audience = "another" }),
            "expired" => (Place.CoreKey, right with { IssuedAt = now - 200, ExpiresAt = now - 60 }),
            _ => (Place.CoreKey, right with { ExpiresAt = now + 86_401 }),
        };

        await RefusedAsync(StatusCode.InvalidArgument, () => service.SubmitAsync(JwsSigner.Sign(key, claims)));

        Assert.Null(StatusOf(await CallAsync(service, Claims(service), Place.CoreKey)));
    }

    [Fact]
    public async Task A_call_key_that_had_its_time_does_not_come_back_by_its_old_announcement()
    {
        var service = await StartAsync();
        using var third = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var first = JwsSigner.Sign(Place.CoreKey, Change(service, stranger));
        await service.SubmitAsync(first);
        await service.SubmitAsync(JwsSigner.Sign(stranger, Change(service, third)));

        await RefusedAsync(StatusCode.InvalidArgument, () => service.SubmitAsync(first));

        Assert.Null(StatusOf(await CallAsync(service, Claims(service), third)));
    }

    [Fact]
    public async Task A_message_that_is_too_long_is_refused_before_anything_looks_at_it()
    {
        var service = await StartAsync();
        var token = JwsSigner.Sign(Place.CoreKey, Claims(service));

        var answer = await CallAsync(service, new byte[CallAuthentication.MaxMessage + 6], ["Bearer " + token]);

        Assert.Equal((0, "8"), (passed, StatusOf(answer)));
    }

    [Fact]
    public async Task Before_the_root_is_there_nothing_is_answered()
    {
        await using var service = InProcessService.Build(Place);

        Assert.Equal("14", StatusOf(await CallAsync(service, Body(message), [])));
    }

    private static byte[] Body(byte[] message) => [0, 0, 0, 0, (byte)message.Length, .. message];

    private static string? StatusOf(HttpContext context) => context.Response.Headers["grpc-status"];

    private static string Forge(CallToken claims, ECDsa named, ECDsa signer)
    {
        var input = claims.SigningInput(SigningJwk.Of(named).Thumbprint);
        return Jws.Assemble(input, signer.SignData(input, HashAlgorithmName.SHA256));
    }

    private CallToken Claims(InProcessService service) => new()
    {
        Organization = Place.Organization,
        Audience = service.Ring.Keys.IdentityThumbprint.ToString(),
        Method = Path,
        Request = Digest32.Of(message),
        IssuedAt = Place.Time.Seconds,
        ExpiresAt = Place.Time.Seconds + 300,
        Id = "call-1",
    };

    private CallKeyChange Change(InProcessService service, ECDsa key) => new()
    {
        Organization = Place.Organization,
        Audience = service.Ring.Keys.IdentityThumbprint.ToString(),
        Key = SigningJwk.Of(key),
        IssuedAt = Place.Time.Seconds,
        ExpiresAt = Place.Time.Seconds + 600,
    };

    private Task<HttpContext> CallAsync(InProcessService service, CallToken claims, ECDsa key)
        => CallAsync(service, Body(message), ["Bearer " + JwsSigner.Sign(key, claims)]);

    private async Task<HttpContext> CallAsync(InProcessService service, byte[] body, string[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = Path;
        context.Request.Body = new MemoryStream(body);
        context.Request.Headers.Authorization = headers;
        var middleware = new CallAuthentication(
            async through =>
            {
                using var read = new MemoryStream();
                await through.Request.Body.CopyToAsync(read, Token);
                handedOn = read.ToArray();
                passed++;
            },
            service.Ring, service.Get<CoreCallKey>(), service.Get<SeenTokens>(), service.Get<ServiceState>(), Place.Time, NullLogger<CallAuthentication>.Instance);
        await middleware.InvokeAsync(context);
        return context;
    }
}
