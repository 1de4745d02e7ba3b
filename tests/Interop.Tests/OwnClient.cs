using EncryptionService.Interop.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace EncryptionService.Interop.Tests;

/// <summary>The client half of the contract assemblies, as the house itself uses it.</summary>
public sealed class OwnClient(InteropServer server) : IDisposable
{
    private readonly GrpcChannel channel = GrpcChannel.ForAddress(server.Address);

    public void Dispose() => channel.Dispose();

    [Fact]
    public async Task A_unary_call_returns_its_response_headers_and_trailers()
    {
        var headers = new Metadata { { "x-grpc-test-echo-initial", "here" }, { "x-grpc-test-echo-trailing-bin", [0xab, 0x00] } };

        using var call = new TestService.TestServiceClient(channel).UnaryCallAsync(
            new SimpleRequest { ResponseSize = 7 }, headers, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(7, (await call).Payload.Body.Length);
        Assert.Equal("here", (await call.ResponseHeadersAsync).GetValue("x-grpc-test-echo-initial"));
        Assert.Equal([0xab, 0x00], call.GetTrailers().GetValueBytes("x-grpc-test-echo-trailing-bin"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_status_other_than_ok_arrives_as_an_exception_with_code_and_message()
    {
        var request = new SimpleRequest { ResponseStatus = new EchoStatus { Code = 9, Message = "not yet" } };

        var error = await Assert.ThrowsAsync<RpcException>(async () => await new TestService.TestServiceClient(channel).UnaryCallAsync(
            request, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(StatusCode.FailedPrecondition, error.StatusCode);
        Assert.Equal("not yet", error.Status.Detail);
    }

    [Fact]
    public async Task A_stream_in_both_directions_answers_each_request()
    {
        var token = TestContext.Current.CancellationToken;
        using var call = new TestService.TestServiceClient(channel).FullDuplexCall(cancellationToken: token);
        for (var size = 1; size <= 3; size++)
        {
            var request = new StreamingOutputCallRequest { ResponseParameters = { new ResponseParameters { Size = size } } };
            await call.RequestStream.WriteAsync(request, token);
            Assert.True(await call.ResponseStream.MoveNext(token));
            Assert.Equal(size, call.ResponseStream.Current.Payload.Body.Length);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(token));
    }

    [Fact]
    public async Task A_stream_of_requests_is_summed_up()
    {
        var token = TestContext.Current.CancellationToken;
        using var call = new TestService.TestServiceClient(channel).StreamingInputCall(cancellationToken: token);
        foreach (var size in (int[])[5, 6])
        {
            var payload = new Payload { Body = ByteString.CopyFrom(new byte[size]) };
            await call.RequestStream.WriteAsync(new StreamingInputCallRequest { Payload = payload }, token);
        }

        await call.RequestStream.CompleteAsync();
        Assert.Equal(11, (await call.ResponseAsync).AggregatedPayloadSize);
    }

    [Fact]
    public async Task Interceptors_see_a_call_in_the_order_in_which_they_were_named()
    {
        var seen = new List<string>();
        var invoker = channel.Intercept(new Recorder("first", seen), new Recorder("second", seen));

        await new TestService.TestServiceClient(invoker).EmptyCallAsync(
            new Empty(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["first", "second"], seen);
    }

    private sealed class Recorder(string name, List<string> seen) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request,
            ClientInterceptorContext<TRequest, TResponse> context,
            AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            seen.Add(name);
            return continuation(request, context);
        }
    }
}
