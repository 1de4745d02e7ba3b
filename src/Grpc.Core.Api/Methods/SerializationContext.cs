using System.Buffers;

namespace Grpc.Core;

/// <summary>
/// Where a serializer puts a message: either <see cref="Complete(byte[])"/>, or the buffer writer and then <see cref="Complete()"/>.
/// </summary>
public abstract class SerializationContext
{
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();
    public virtual void SetPayloadLength(int payloadLength) { }
    public virtual void Complete() => throw new NotImplementedException();
}
