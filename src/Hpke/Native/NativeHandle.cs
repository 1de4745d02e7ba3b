using Microsoft.Win32.SafeHandles;

namespace EncryptionService.Hpke.Native;

/// <summary>Owns one libcrypto object and frees it once.</summary>
/// <remarks>
/// <see cref="Pointer"/> does not count references; whoever uses it must keep the owner alive over the call, as
/// <see cref="HpkeSealer"/> does for everything below it.
/// </remarks>
internal sealed class NativeHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly Action<nint> free;

    internal NativeHandle(nint pointer, Action<nint> free)
        : base(ownsHandle: true)
    {
        this.free = free;
        SetHandle(LibCrypto.Demand(pointer));
    }

    internal nint Pointer => handle;

    protected override bool ReleaseHandle()
    {
        free(handle);
        return true;
    }
}
