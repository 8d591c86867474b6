// What Node cannot ask of a socket that listens: to take no further connections while those that it has are accepted.
#include <node_api.h>

#ifdef __linux__
#include <linux/filter.h>
#include <sys/socket.h>
#endif

namespace {

#ifdef __linux__
constexpr unsigned FLAGS_OF_TCP = 13;  // The byte of the TCP header that holds the flags (RFC 9293, section 3.1).
constexpr unsigned SYN = 0x02;
constexpr unsigned SYN_AND_ACK = 0x12;
constexpr unsigned NOTHING = 0;
constexpr unsigned ALL_OF_IT = 0xffffffff;

// Packets that would begin a connection go nowhere: whoever sent one sends it again after a second. All others come in, so
// that connections that are half begun become whole. (Classic BPF, socket(7) SO_ATTACH_FILTER; a filter of a socket of TCP
// begins at the TCP header.)
bool dropBeginnings(int fd) {
  sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, FLAGS_OF_TCP),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, SYN_AND_ACK),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYN, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, NOTHING),
      BPF_STMT(BPF_RET | BPF_K, ALL_OF_IT),
  };
  sock_fprog program = {sizeof(steps) / sizeof(steps[0]), steps};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0;
}
#else
bool dropBeginnings(int) { return false; }
#endif

// takeNoMore(fd): whether the socket takes no further connections from now on.
napi_value TakeNoMore(napi_env env, napi_callback_info info) {
  napi_value argument;
  size_t count = 1;
  int32_t fd = -1;
  napi_value result;
  const bool isCalled = napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr) == napi_ok && count == 1 &&
                        napi_get_value_int32(env, argument, &fd) == napi_ok;
  napi_get_boolean(env, isCalled && dropBeginnings(fd), &result);
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "takeNoMore", NAPI_AUTO_LENGTH, TakeNoMore, nullptr, &function) == napi_ok)
    napi_set_named_property(env, exports, "takeNoMore", function);
  return exports;
}
