using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using EncryptionService.Formats;
using EncryptionService.Service.Health;
using EncryptionService.Service.Keys;
using EncryptionService.Service.Ledger;
using Google.Protobuf;
using Grpc.Core;

namespace EncryptionService.Service.Membership;

/// <summary>Authenticates a gRPC call over the bytes of its message, before anything parses them (docs/spec/core.md, section 4).</summary>
/// <remarks>
/// (1) everything but the health service needs a token, and the keys; (2) check the token, but for the bytes that it is bound to: a stranger
/// must not make the service hold his message, nor read its storage at will; (3) read the message, within the bound; (4) check that the token is bound to it;
/// (5) refuse bytes that are no message of the method, which the framework would call an unknown error of ours; (6) hand the same bytes on.
/// One status and one text for every failed token; the log has the reason.
/// </remarks>
internal sealed partial class CallAuthentication(
    RequestDelegate next, KeyRing ring, CoreCallKey coreKey, SeenTokens seen, ServiceState state, TimeProvider time, ILogger<CallAuthentication> logger)
{
    /// <summary>Longest message, in bytes.</summary>
    public const int MaxMessage = 4 * 1024 * 1024;

    private const int PrefixSize = 5;
    private const string Bearer = "Bearer ";

    // Every other call answers a repeat from what is there; this one would seal again.
    private static readonly string resealPath = $"/{Contracts.Membership.GroupEncryption.Descriptor.FullName}/{nameof(Contracts.Membership.GroupEncryption.GroupEncryptionClient.Reseal)}";

    // What is let through is named, not what is guarded: routing ignores case, so a list of guarded paths has gaps.
    private static readonly PathString open = "/" + Grpc.Health.V1.Health.Descriptor.FullName;

    /// <summary>The middleware.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments(open, StringComparison.Ordinal)) // (1)
        {
            await next(context);
            return;
        }

        if (!ring.IsOpen)
        {
            Refuse(context, StatusCode.Unavailable, "The service is starting.");
            return;
        }

        if (await ReadTokenAsync(context) is not { } token) // (2)
        {
            return;
        }

        using var body = new MemoryStream();
        if (!await TryReadAsync(context, body)) // (3)
        {
            return;
        }

        if ((WhyNotBound(token, body.GetBuffer().AsSpan(0, (int)body.Length)) ?? WhyNotFresh(token)) is { } problem) // (4)
        {
            RefuseToken(context, problem);
            return;
        }

        if (!IsMessage(context.Request.Path, body.GetBuffer().AsSpan(PrefixSize, (int)body.Length - PrefixSize))) // (5)
        {
            Refuse(context, StatusCode.InvalidArgument, "request: the bytes are no message of this method");
            return;
        }

        body.Position = 0; // (6)
        context.Request.Body = body;
        await next(context);
    }

    private void RefuseToken(HttpContext context, string reason)
    {
        // The route's name, not the path as sent: that one is a stranger's text.
        LogRefused(logger, reason, context.GetEndpoint()?.DisplayName ?? "an unknown method");
        Refuse(context, StatusCode.Unauthenticated, "The call token is missing or not valid.");
    }

    private static bool IsMessage(PathString path, ReadOnlySpan<byte> message)
    {
        var name = path.Value!.Split('/')[^1];
        if (Contracts.Membership.GroupEncryption.Descriptor.FindMethodByName(name) is not { InputType.Parser: { } parser })
        {
            return true; // the framework says that there is no such method
        }

        try
        {
            parser.ParseFrom(message);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static void Refuse(HttpContext context, StatusCode code, string text)
    {
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(text);
    }

    private static void RefuseLength(HttpContext context)
        => Refuse(context, StatusCode.ResourceExhausted, $"The message is longer than {MaxMessage} bytes. Send fewer events in a request.");

    private static async Task<bool> TryReadAsync(HttpContext context, MemoryStream body)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            int read;
            while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
            {
                if (body.Length + read > MaxMessage + PrefixSize)
                {
                    RefuseLength(context);
                    return false;
                }

                body.Write(buffer.AsSpan(0, read));
            }

            return true;
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            // The server's own bound was reached within the same read.
            RefuseLength(context);
            return false;
        }
        catch (IOException)
        {
            // The caller hung up: there is nobody to answer.
            context.Abort();
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The token, checked but for the bytes; null once the call is refused.</summary>
    private async ValueTask<CallToken?> ReadTokenAsync(HttpContext context)
    {
        if (!TryParseToken(context, out var token, out var reason))
        {
            RefuseToken(context, reason);
            return null;
        }

        try
        {
            var key = await coreKey.FindAsync(token.Jws.Kid, context.RequestAborted);
            var problem = WhyNot(token, key, context)
                ?? (await coreKey.IsStillValidAsync(key, context.RequestAborted) ? null : "signed with a call key that was replaced");
            if (problem is null)
            {
                return token;
            }

            RefuseToken(context, problem);
        }
        catch (LedgerUnavailableException exception)
        {
            LogUnread(logger, exception);
            Refuse(context, StatusCode.Unavailable, "The ledger cannot be read. Send it again later.");
        }
        catch (LedgerDamagedException exception)
        {
            LogDamaged(logger, exception.Fault);
            state.SetDamaged();
            Refuse(context, StatusCode.DataLoss, "The ledger is damaged. The service's log says where; an administrator must restore it.");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            context.Abort(); // the caller hung up: there is nobody to answer
        }

        return null;
    }

    private static bool TryParseToken(HttpContext context, [NotNullWhen(true)] out CallToken? token, out string reason)
    {
        token = null;
        var headers = context.Request.Headers.Authorization;
        if (headers.Count != 1 || headers[0] is not { } header || !header.StartsWith(Bearer, StringComparison.Ordinal))
        {
            reason = "no bearer token";
            return false;
        }

        return CallToken.TryParse(header[Bearer.Length..], out token, out reason);
    }

    private string? WhyNot(CallToken token, SigningJwk key, HttpContext context)
    {
        var keys = ring.Keys;
        return token.Jws.Kid != key.Thumbprint || !token.VerifiedBy(key) ? "not signed with the core's call key"
            : token.Organization != keys.Organization ? "another organization"
            : token.Audience != keys.IdentityThumbprint.ToString() ? "another audience"
            : token.Method != context.Request.Path.Value ? "another method"
            : token.IsTimely(time.GetUtcNow(), out var problem) ? null
            : problem;
    }

    private string? WhyNotFresh(CallToken token)
        => token.Method == resealPath && !seen.TryUse(token.Id, token.ExpiresAt + TimedObject.Leeway) ? "used before" : null;

    private static string? WhyNotBound(CallToken token, ReadOnlySpan<byte> body)
        => body.Length < PrefixSize || body[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(body[1..]) != body.Length - PrefixSize
            ? "the body is not one uncompressed message"
            : token.Request != Digest32.Of(body[PrefixSize..]) ? "another request"
            : null;

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "Refused a call of {Method}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason, string method);

    [LoggerMessage(EventId = 101, Level = LogLevel.Error, Message = "Refused a call: the ledger cannot be read, so nobody knows whether the core's call key was replaced")]
    private static partial void LogUnread(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 102, Level = LogLevel.Critical, Message = "Refused a call: the ledger is damaged: {Fault}")]
    private static partial void LogDamaged(ILogger logger, LedgerFault fault);
}
